/** Requests to an API server: read only, never for Secrets, tried again where that helps, with limits on time and size. */
import type { Agent as PlainAgent, IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Access } from "./access.ts";
import type { Identity } from "./credentialplugin.ts";
import { ApiError, refusalOf, ThrottledError, wordsIn } from "./refusal.ts";

export { ApiError } from "./refusal.ts";

const unzip = promisify(gunzip);

/** Asked for only where a server speaks plain HTTP: an import would load all of the web's classes with it. */
const plainHttp = (): typeof import("node:http") => process.getBuiltinModule("node:http");

export interface Api {
  /** The JSON of a path. Throws `ApiError`. */
  readonly get: (path: string, accept?: string) => Promise<unknown>;
  /** How many requests were sent, tries that failed included. */
  readonly requests: () => number;
  readonly close: () => void;
}

export interface ApiTimes {
  /** Milliseconds without a sign of life after which a request is given up; ten times as long for it as a whole. */
  readonly patience: number;
  readonly tries: number;
  /** The wait before the second try; it doubles with each further one. */
  readonly firstWait: number;
  readonly longestWait: number;
  readonly random: () => number;
}

const usualTimes: ApiTimes = {
  patience: 30_000,
  tries: 4,
  firstWait: 250,
  longestWait: 15_000,
  random: Math.random,
};
/** A page of 500 objects at their largest would be longer, but no server holds such. */
const longestBody = 512 * 1024 * 1024;
const parallel = 6;

interface Connection {
  readonly access: Access;
  readonly agent: Agent | PlainAgent;
  readonly times: ApiTimes;
  identity: Identity;
  requests: number;
}

export async function openApi(access: Access, times: Partial<ApiTimes> = {}): Promise<Api> {
  const identity = await access.identify(false);
  const connection: Connection = {
    access,
    identity,
    agent: agentOf(access, identity),
    times: { ...usualTimes, ...times },
    requests: 0,
  };
  return {
    get: (path, accept = "application/json") => getJson(connection, path, accept),
    requests: () => connection.requests,
    close: () => connection.agent.destroy(),
  };
}

function agentOf({ server, tls, proxy }: Access, { cert, key }: Identity): Agent | PlainAgent {
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  const proxyEnv = proxy === undefined ? process.env : { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
  const options = { keepAlive: true, maxSockets: parallel, proxyEnv };
  return server.protocol === "http:"
    ? new (plainHttp().Agent)(options)
    : new Agent({ ...options, ...tls, ...pair });
}

async function getJson(connection: Connection, path: string, accept: string): Promise<unknown> {
  if (/\/secrets(?:[/?]|$)/.test(path)) throw new ApiError("forbidden", "Secrets are never asked for");
  const { tries, random, firstWait, longestWait } = connection.times;
  let renewed = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce(connection, path, accept);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const unknownUser = error.status === 401 && !renewed;
      if (unknownUser) {
        renewed = true;
        connection.identity = await connection.access.identify(true);
      } else if (attempt >= tries || !worthRetrying(error)) throw error;
      const wait = Math.min(longestWait, firstWait * 2 ** (attempt - 1));
      const asked = error instanceof ThrottledError ? error.after : 0;
      if (!unknownUser) await delay(Math.min(longestWait, Math.max(asked, wait * (0.5 + random() / 2))));
    }
  }
}

function worthRetrying({ code, status }: ApiError): boolean {
  if (code === "unreachable") return status === 0;
  return code === "throttled" || code === "timeout" || (code === "server-error" && status !== 501);
}

function delay(milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, milliseconds);
  return promise;
}

async function tryOnce(connection: Connection, path: string, accept: string): Promise<unknown> {
  connection.requests += 1;
  const deadline = AbortSignal.timeout(10 * connection.times.patience);
  const response = await send(connection, path, accept, deadline);
  const status = response.statusCode ?? 0;
  const body = await bodyOf(response, deadline);
  if (status !== 200) throw refusal(response, status, body);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new ApiError("server-error", "an answer that is no JSON, or cut off", 0, { cause: error });
  }
}

function send(
  { access, agent, identity, times }: Connection,
  path: string,
  accept: string,
  deadline: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { server } = access;
  let answer: IncomingMessage | undefined;
  const base = server.pathname.replace(/\/$/, "");
  const open = server.protocol === "http:" ? plainHttp().request : request;
  const headers = { accept, "accept-encoding": "gzip", "user-agent": "plimsoll" };
  const outgoing = open(
    new URL(base + path, server),
    {
      agent,
      timeout: times.patience,
      signal: deadline,
      headers:
        identity.authorization === undefined
          ? headers
          : { ...headers, authorization: identity.authorization },
    },
    (response) => resolve((answer = response)),
  );
  // Whoever reads the answer is told why it ends.
  outgoing.on("timeout", () => (answer ?? outgoing).destroy(new ApiError("timeout", late)));
  outgoing.on("error", (error) => {
    if (error instanceof ApiError) reject(error);
    else reject(deadline.aborted ? new ApiError("timeout", late) : connectionError(error));
  });
  outgoing.end();
  return promise;
}

const late = "no answer in time";

const certificateCodes = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|HOSTNAME_)/;

function connectionError(error: Error): ApiError {
  const code = "code" in error ? String(error.code) : "";
  const words: { readonly [code: string]: string } = {
    ECONNREFUSED: "connection refused",
    ENOTFOUND: "its name is not known",
    EAI_AGAIN: "its name could not be looked up",
    ECONNRESET: "the connection was cut",
    EHOSTUNREACH: "no route to it",
    ENETUNREACH: "no network",
    ETIMEDOUT: late,
  };
  const why = certificateCodes.test(code)
    ? `its certificate cannot be trusted (${code})`
    : (words[code] ?? (code === "" ? "no connection" : `no connection (${code})`));
  // A certificate, or a refusal to connect, will be the same the next time: -1 says so.
  const final = certificateCodes.test(code) || code === "ECONNREFUSED" || code === "ENOTFOUND";
  return new ApiError("unreachable", why, final ? -1 : 0, { cause: error });
}

async function bodyOf(response: IncomingMessage, deadline: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestBody) throw new ApiError("server-error", "an answer of more than 512 MiB", -1);
      chunks.push(chunk);
    }
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    return response.headers["content-encoding"] === "gzip"
      ? await unzip(body, { maxOutputLength: longestBody })
      : body;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (deadline.aborted) throw new ApiError("timeout", late, 0, { cause: error });
    throw new ApiError("server-error", "an answer that was cut off", 0, { cause: error });
  }
}

function refusal(response: IncomingMessage, status: number, body: Buffer): ApiError {
  return refusalOf(status, wordsIn(body), Number(response.headers["retry-after"]));
}
