/** Requests of the watch client: read only, never for Secrets, on two lines, one for streams and one for lists. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Access } from "../access.ts";
import type { Identity } from "../credentialplugin.ts";
import { NetworkError, type Clock, type Doors, type Incoming, type Line } from "../doors.ts";
import { sanitised } from "../limit.ts";
import { ApiError, refusalOf, wordsIn } from "../refusal.ts";
import type { WatchSettings } from "./settings.ts";

const unzip = promisify(gunzip);

export interface Requests {
  /** The JSON of a path. Throws `ApiError`. */
  readonly get: (path: string, signal: AbortSignal, accept?: string) => Promise<unknown>;
  /** The body of an answer that goes on until `signal` ends it. Throws `ApiError`, also while it is read. */
  readonly stream: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  readonly lines: readonly WatchedLine[];
  readonly requests: () => number;
  readonly close: () => void;
}

/** A line, and when it last gave a sign of life. */
export interface WatchedLine {
  readonly ping: () => Promise<boolean>;
  readonly cut: () => void;
  /** By `elapsed`. */
  heardAt: number;
  /** Exchanges that are open. */
  open: number;
}

interface State {
  readonly access: Access;
  readonly doors: Doors;
  readonly settings: WatchSettings;
  identity: Identity;
  renewal: Promise<void> | undefined;
  renewedAt: number;
  requests: number;
  lines: { readonly stream: Line; readonly list: Line };
}

/** Credentials that were refused are asked for anew, not more often than this. */
const renewEvery = 400;

export async function openRequests(access: Access, doors: Doors, settings: WatchSettings): Promise<Requests> {
  const identity = await access.identify(false);
  const state: State = {
    access,
    doors,
    settings,
    identity,
    renewal: undefined,
    renewedAt: -renewEvery,
    requests: 0,
    lines: linesOf(access, doors, identity),
  };
  const watched = (name: "stream" | "list"): WatchedLine => ({
    ping: () => state.lines[name].ping(),
    cut: () => state.lines[name].cut(),
    heardAt: doors.clock.elapsed(),
    open: 0,
  });
  const [stream, list] = [watched("stream"), watched("list")];
  return {
    get: (path, signal, accept = "application/json") => getJson(state, list, path, accept, signal),
    stream: (path, signal) => openStream(state, stream, path, signal),
    lines: [stream, list],
    requests: () => state.requests,
    close: () => {
      state.lines.stream.cut();
      state.lines.list.cut();
    },
  };
}

function linesOf({ server, tls, proxy }: Access, { network }: Doors, identity: Identity): State["lines"] {
  const { cert, key } = identity;
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  const target = { server, tls: { ...tls, ...pair }, ...(proxy === undefined ? {} : { proxy }) };
  return { stream: network.reach(target), list: network.reach(target) };
}

async function getJson(
  state: State,
  line: WatchedLine,
  path: string,
  accept: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { clock } = state.doors;
  const turn = exchangeOf(clock, signal);
  line.open += 1;
  try {
    turn.within(state.settings.listPatience);
    const answer = await ask(state, "list", path, { accept, "accept-encoding": "gzip" }, turn);
    turn.within(state.settings.listPatience);
    const body = await bodyOf(state, answer, () => {
      line.heardAt = clock.elapsed();
      turn.within(state.settings.listPatience);
    });
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8"));
  } catch (error) {
    throw asApiError(error, turn.late());
  } finally {
    line.open -= 1;
    turn.end();
  }
}

async function openStream(
  state: State,
  line: WatchedLine,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { clock } = state.doors;
  const turn = exchangeOf(clock, signal);
  line.open += 1;
  const over = (): void => {
    line.open -= 1;
    turn.end();
  };
  try {
    turn.within(state.settings.headPatience);
    const answer = await ask(state, "stream", path, { accept: "application/json" }, turn);
    turn.within(undefined);
    line.heardAt = clock.elapsed();
    return heard(answer, over, () => (line.heardAt = clock.elapsed()));
  } catch (error) {
    over();
    throw asApiError(error, turn.late());
  }
}

async function* heard(answer: Incoming, over: () => void, note: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer.body) {
      note();
      yield chunk;
    }
  } catch (error) {
    throw asApiError(error, false);
  } finally {
    over();
  }
}

/** Sends with the credentials of the moment; where they are refused, once more with new ones. Throws for all but 200. */
async function ask(
  state: State,
  name: "stream" | "list",
  path: string,
  headers: { readonly [name: string]: string },
  turn: Exchange,
): Promise<Incoming> {
  if (/\/secrets(?:[/?]|$)/.test(path)) throw new ApiError("forbidden", "Secrets are never asked for");
  const base = state.access.server.pathname.replace(/\/$/, "");
  for (let attempt = 1; ; attempt += 1) {
    const { authorization } = state.identity;
    state.requests += 1;
    const answer = await state.lines[name].send({
      method: "GET",
      path: base + path,
      headers: {
        ...headers,
        "user-agent": "plimsoll",
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal: turn.signal,
    });
    if (answer.status === 200) return answer;
    const body = await bodyOf(state, answer, () => undefined);
    if (answer.status === 401 && attempt === 1 && (await renewed(state, authorization))) continue;
    throw refusalOf(answer.status, sanitised(wordsIn(body)), Number(answer.headers["retry-after"]));
  }
}

/** Whether there are other credentials now than those that were refused. */
async function renewed(state: State, refused: string | undefined): Promise<boolean> {
  if (state.identity.authorization !== refused) return true; // another request was quicker
  const now = state.doors.clock.elapsed();
  if (state.renewal === undefined && now - state.renewedAt < renewEvery) return false;
  state.renewal ??= renew(state).finally(() => (state.renewal = undefined));
  await state.renewal;
  return true;
}

async function renew(state: State): Promise<void> {
  state.renewedAt = state.doors.clock.elapsed();
  let identity: Identity;
  try {
    identity = await state.access.identify(true);
  } catch (error) {
    const why = error instanceof Error ? error.message : "the credentials cannot be had";
    throw new ApiError("forbidden", sanitised(why), 401, { cause: error });
  }
  const before = state.identity;
  state.identity = identity;
  if (String(identity.cert) !== String(before.cert) || String(identity.key) !== String(before.key)) {
    const old = state.lines;
    state.lines = linesOf(state.access, state.doors, identity);
    state.doors.clock.after(0, () => {
      old.stream.cut();
      old.list.cut();
    });
  }
}

async function bodyOf(state: State, answer: Incoming, note: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const longest = state.settings.bodyBytes;
  for await (const chunk of answer.body) {
    note();
    length += chunk.length;
    if (length > longest) throw new ApiError("server-error", "an answer of more than 512 MiB", -1);
    chunks.push(chunk);
  }
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return answer.headers["content-encoding"] === "gzip" ? unzip(body, { maxOutputLength: longest }) : body;
}

interface Exchange {
  readonly signal: AbortSignal;
  /** Gives up after so many milliseconds, counted from now; undefined: never. */
  readonly within: (milliseconds: number | undefined) => void;
  readonly late: () => boolean;
  readonly end: () => void;
}

function exchangeOf(clock: Clock, parent: AbortSignal): Exchange {
  const controller = new AbortController();
  let late = false;
  let cancel = (): void => undefined;
  const stop = (): void => controller.abort();
  if (parent.aborted) stop();
  else parent.addEventListener("abort", stop);
  return {
    signal: controller.signal,
    within: (milliseconds) => {
      cancel();
      if (milliseconds === undefined) cancel = () => undefined;
      else
        cancel = clock.after(milliseconds, () => {
          late = true;
          controller.abort();
        });
    },
    late: () => late,
    end: () => {
      cancel();
      parent.removeEventListener("abort", stop);
    },
  };
}

function asApiError(error: unknown, late: boolean): ApiError {
  if (error instanceof ApiError) return error;
  if (late) return new ApiError("timeout", "no answer in time", 0, { cause: error });
  if (error instanceof NetworkError) {
    const final = error.code === "certificate" || error.code === "refused" || error.code === "unknown-host";
    return new ApiError("unreachable", error.message, final ? -1 : 0, { cause: error });
  }
  if (error instanceof SyntaxError || isSystemFault(error)) {
    return new ApiError("server-error", "an answer that is no JSON, or cut off", 0, { cause: error });
  }
  throw error;
}

/** A broken archive. */
function isSystemFault(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
