/**
 * The way to the service: batches in pieces of bounded size, over TLS that is checked against the service's own
 * authority, with a token that is read anew each time. A piece may arrive twice: joining makes no difference of it.
 */
import { readFileSync } from "node:fs";
import { request as plain } from "node:http";
import { Agent, request as secure, type RequestOptions } from "node:https";
import type { Seen } from "@plimsoll/core";
import { isEmpty } from "./outbox.ts";
import type { AgentReport, Ship } from "./report.ts";

export interface ShipOptions {
  /** The service's address. */
  readonly url: URL;
  readonly node: string;
  /** Tells one run of the agent from another. */
  readonly instance: string;
  readonly version: string;
  readonly tokenFile: string;
  /** Whom to trust, PEM; without it the authorities that Node knows. */
  readonly caFile?: string;
  /** Milliseconds; default: the machine's monotonic clock. */
  readonly elapsed?: () => number;
  /** 0 to 1. */
  readonly random?: () => number;
  /** Told when the service does not accept, and when it does again. */
  readonly onTurn?: (failure: string | undefined) => void;
}

/** Why a piece was not accepted. `wait`: it may be offered again after so many milliseconds. */
export class ShipError extends Error {
  readonly code: "refused" | "unreachable" | "waiting";
  readonly wait: number;

  constructor(code: ShipError["code"], message: string, wait = 0, options?: ErrorOptions) {
    super(message, options);
    this.name = "ShipError";
    this.code = code;
    this.wait = wait;
  }
}

/** Bytes of one piece, and milliseconds that one may take. */
const mostBytes = 1024 * 1024;
const patience = 30_000;
const longestAnswer = 64 * 1024;
/** A sign of life is sent so often though there is nothing to tell. */
const signEvery = 1_000;
const firstWait = 250;
const longestWait = 30_000;

export function createShip(options: ShipOptions): Ship {
  const { elapsed = () => performance.now(), random = Math.random, onTurn } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: patience });
  let [sequence, failures, notBefore, lastSent] = [0, 0, -Infinity, -Infinity];
  let service: string | undefined;
  return async (batch, report) => {
    const now = elapsed();
    if (now < notBefore) throw new ShipError("waiting", "the service did not accept a moment ago");
    if (isEmpty(batch) && now - lastSent < signEvery) return { again: false };
    try {
      let again = false;
      for (const piece of pieces(batch)) {
        const { node, instance, version } = options;
        sequence += 1;
        const body = { version: 1, node, instance, agent: version, sequence, report: told(report), ...piece };
        const answered = serviceIn(await post(options, agent, "/api/v1/observations", JSON.stringify(body)));
        again ||= service !== undefined && answered !== service;
        service = answered;
      }
      if (failures > 0) onTurn?.(undefined);
      failures = 0;
      lastSent = elapsed();
      return { again };
    } catch (error) {
      const failure = error as ShipError;
      failures += 1;
      if (failures === 1) onTurn?.(failure.message);
      const pause = Math.min(longestWait, firstWait * 2 ** Math.min(failures, 12));
      notBefore = elapsed() + Math.max(failure.wait ?? 0, pause * (0.5 + random() / 2));
      throw error;
    }
  };
}

/** Only what the service reads. */
function told({ tier, refused, blind, lost, nameless, crowded, failures, givenUp }: AgentReport): object {
  const ways = refused.map(({ tier: name, why }) => `${name}: ${why}`);
  return { tier, refused: ways, blind, lost, nameless, crowded, failures, givenUp };
}

type Piece = Pick<Seen, "observations" | "watches">;

/** At least one: an empty batch is a sign of life. */
export function* pieces(batch: Seen, most = mostBytes): Generator<Piece> {
  let piece: { observations: Seen["observations"][number][]; watches: Seen["watches"][number][] };
  let bytes = 0;
  const begin = (): void => {
    piece = { observations: [], watches: [] };
    bytes = 0;
  };
  begin();
  const lists = [
    ["watches", batch.watches],
    ["observations", batch.observations],
  ] as const;
  for (const [name, list] of lists) {
    for (const entry of list) {
      const length = Buffer.byteLength(JSON.stringify(entry)) + 1;
      if (bytes > 0 && bytes + length > most) {
        yield piece!;
        begin();
      }
      piece![name].push(entry as never);
      bytes += length;
    }
  }
  if (bytes > 0 || isEmpty(batch)) yield piece!;
}

/** Sends a body; resolves with the text of the answer, rejects with a `ShipError`. */
export function post(
  { url, tokenFile, caFile }: Pick<ShipOptions, "url" | "tokenFile" | "caFile">,
  agent: Agent,
  path: string,
  body: string,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const isSecure = url.protocol === "https:";
  const given: RequestOptions = {
    method: "POST",
    timeout: patience,
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}`,
    },
    ...(isSecure ? { agent, minVersion: "TLSv1.3" } : {}),
    ...(isSecure && caFile !== undefined ? { ca: readFileSync(caFile, "utf8") } : {}),
  };
  const asked = (isSecure ? secure : plain)(new URL(path, url), given);
  const unreachable = (error: Error): void =>
    reject(
      new ShipError("unreachable", `the service does not answer: ${error.message}`, 0, { cause: error }),
    );
  asked.on("timeout", () => asked.destroy(new Error("it takes too long")));
  asked.on("error", unreachable);
  asked.on("response", (answer) => {
    const { statusCode = 0, headers } = answer;
    if (statusCode !== 200) {
      const wait = Number(headers["retry-after"] ?? 0) * 1000;
      reject(new ShipError("refused", `the service answers ${statusCode}`, Number.isFinite(wait) ? wait : 0));
      // It may be a replica that does not lead: the next try is to find its own way.
      return answer.destroy();
    }
    const chunks: Buffer[] = [];
    let length = 0;
    answer.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > longestAnswer) answer.destroy(new Error("its answer is too long"));
      else chunks.push(chunk);
    });
    answer.on("error", unreachable);
    answer.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
  asked.end(body);
  return promise;
}

function serviceIn(text: string): string {
  const answer: unknown = JSON.parse(text);
  return typeof answer === "object" && answer !== null && "service" in answer ? String(answer.service) : "";
}
