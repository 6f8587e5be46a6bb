/** Requests to an API server that end in an answer or in a reason: retried where that helps, never thrown past here. */
import { request } from "undici";
import type { GapReason } from "@plimsoll/core";
import { messageOf, type Endpoint } from "./endpoint.ts";

export type Answer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly reason: GapReason; readonly status?: number; readonly message: string };

export interface RequestOptions {
  readonly accept?: string;
  /** Tries in all; the default bears a restart of the API server. */
  readonly tries?: number;
}

const longestWait = 20_000;
/** A page of 500 objects of the largest size the API server stores is below this. */
const largestBody = 512 * 1024 * 1024;

/** One GET. 429 waits as long as the server asks; 5xx, timeouts and lost connections are tried again. */
export async function get(endpoint: Endpoint, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { tries = 4 } = options;
  const { backoff = 300 } = endpoint;
  for (let attempt = 1; ; attempt += 1) {
    const { answer, retryAfter } = await once(endpoint, path, options.accept);
    if (answer.ok || attempt >= tries || !isPassing(answer.reason)) return answer;
    const wait = retryAfter ?? backoff * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, longestWait)));
  }
}

function isPassing(reason: GapReason): boolean {
  return (
    reason === "throttled" || reason === "server-error" || reason === "timeout" || reason === "unreachable"
  );
}

async function once(
  endpoint: Endpoint,
  path: string,
  accept = "application/json",
): Promise<{ answer: Answer; retryAfter?: number }> {
  try {
    const headers = {
      accept,
      "accept-encoding": "identity",
      "user-agent": "plimsoll",
      ...(await endpoint.headers()),
    };
    const response = await request(`${endpoint.server}${path}`, { dispatcher: endpoint.dispatcher, headers });
    const { statusCode: status } = response;
    if (status === 200) return { answer: await bodyOf(response.body) };
    const text = (await response.body.text()).slice(0, 10_000);
    const after = Number(response.headers["retry-after"]);
    return {
      answer: { ok: false, status, reason: reasonOf(status), message: `${status} ${messageIn(text)}`.trim() },
      ...(Number.isFinite(after) && after > 0 ? { retryAfter: after * 1000 } : {}),
    };
  } catch (error) {
    return { answer: { ok: false, reason: failureOf(error), message: messageOf(error) } };
  }
}

async function bodyOf(body: {
  readonly [Symbol.asyncIterator]: () => AsyncIterator<Buffer>;
}): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator]() }) {
    size += chunk.length;
    if (size > largestBody)
      return {
        ok: false,
        reason: "refused",
        message: `an answer of more than ${largestBody / 1024 / 1024} MiB`,
      };
    chunks.push(chunk);
  }
  try {
    return { ok: true, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { ok: false, reason: "server-error", message: `an answer of ${size} bytes that is no JSON` };
  }
}

function reasonOf(status: number): GapReason {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 410) return "expired";
  if (status === 429) return "throttled";
  return status >= 500 ? "server-error" : "refused";
}

function failureOf(error: unknown): GapReason {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /TIMEOUT|ETIMEDOUT|ABORT/.test(code) ? "timeout" : "unreachable";
}

/** The message of a Kubernetes Status, or the beginning of whatever came. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message.replaceAll(/\s+/g, " ").slice(0, 300);
  } catch {
    // Not a Status: proxies answer with text or HTML.
  }
  return text
    .replaceAll(/<[^>]*>|\s+/g, " ")
    .trim()
    .slice(0, 200);
}
