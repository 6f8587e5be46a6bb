/**
 * A simulated API server behind a simulated network: discovery, lists by pages, watches with bookmarks, streamed first
 * states, compaction. It does what a real one does, and, where a fault is set, what goes wrong between one and us.
 */
import {
  NetworkError,
  type Incoming,
  type Line,
  type Network,
  type Outgoing,
} from "../../packages/cluster/src/doors.ts";
import type { Kernel } from "./kernel.ts";
import { createPipe, type Pipe } from "./pipe.ts";
import { createStore, type Kind, type Logged, type Store, type Stored } from "./store.ts";

/** What goes wrong just now. Each is asked at the moment it matters. */
export interface Faults {
  /** An answer in place of the right one. */
  refuse?: (path: string, query: URLSearchParams) => Refusal | undefined;
  /** Connections are not made, or made and never answered. */
  connect?: "refused" | "hangs";
  /** No byte passes any more in either direction, on any line. */
  blackhole?: boolean;
  /** What becomes of a line of a watch: changed, left out, twice, held back for later (`later`). */
  line?: (line: string, event: Logged | undefined) => readonly string[] | "stall" | "later" | "cut";
  /** How bytes are cut into chunks. */
  chunks?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Milliseconds between chunks. */
  pace?: number;
  /** Reads come from a replica that is so many versions behind. */
  lag?: number;
  /** Bodies of lists break off. */
  truncate?: boolean;
  /** Watches are open and say nothing, while lists answer. */
  mute?: boolean;
}

export interface Refusal {
  readonly status: number;
  readonly message?: string;
  readonly reason?: string;
  readonly retryAfter?: number;
}

export interface ApiServer {
  readonly store: Store;
  readonly network: Network;
  readonly kinds: Kind[];
  faults: Faults;
  /** The token that is accepted; every other is answered with 401. */
  token: string;
  /** Sends what was held back for later. */
  readonly release: () => void;
  /** Every open connection is dead for good, and nobody says so. */
  readonly kill: () => void;
  /** Cuts every open watch: `fin` ends it as if it was over, `rst` breaks it, `partial` breaks it within a line. */
  readonly cutStreams: (how: "fin" | "rst" | "partial") => void;
  /** Sends an event to every open watch. */
  readonly sayToAll: (event: object) => void;
  readonly streams: () => readonly { readonly path: string }[];
  readonly counts: { lists: number; listsNow: number; mostLists: number; watches: number; asked: string[] };
}

interface Stream {
  readonly path: string;
  readonly pipe: Pipe;
  readonly line: object;
  held: string[];
  stalled: boolean;
}

interface SimulatedLine {
  dead: boolean;
}

interface State {
  readonly lines: SimulatedLine[];
  readonly kernel: Kernel;
  readonly server: ApiServer;
  readonly streams: Set<Stream>;
  readonly exchanges: Set<{ readonly line: object; readonly cut: () => void }>;
  readonly tokens: Map<string, { readonly rest: readonly Stored[]; readonly version: number }>;
}

const bookmarkEvery = 60_000;
const encoder = new TextEncoder();

export function createApiServer(kernel: Kernel, kinds: readonly Kind[]): ApiServer {
  const store = createStore();
  const server: ApiServer = {
    store,
    kinds: [...kinds],
    network: { reach: () => reach(state) },
    faults: {},
    kill: () => {
      for (const line of state.lines) line.dead = true;
      for (const stream of state.streams) stream.stalled = true;
    },
    token: "first",
    release: () => {
      for (const { held, pipe, stalled } of state.streams) {
        if (stalled) continue;
        for (const late of held.splice(0)) sendChunks(state, pipe, encoder.encode(late));
      }
    },
    cutStreams: (how) => cutStreams(state, how),
    sayToAll: (event) => {
      for (const stream of state.streams) say(state, stream, `${JSON.stringify(event)}\n`, undefined);
    },
    streams: () => [...state.streams],
    counts: { lists: 0, listsNow: 0, mostLists: 0, watches: 0, asked: [] },
  };
  const state: State = {
    kernel,
    server,
    lines: [],
    streams: new Set(),
    exchanges: new Set(),
    tokens: new Map(),
  };
  store.onChange((logged) => {
    for (const stream of state.streams) if (stream.path === logged.path) tellEvent(state, stream, logged);
  });
  return server;
}

/** A body that breaks off once the exchange is given up. */
async function* until(body: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  signal?.addEventListener("abort", () => reject(new NetworkError("aborted", "given up")));
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([chunks.next(), promise]);
      if (done === true) return;
      yield value;
    }
  } finally {
    void chunks.return?.(undefined);
  }
}

function latency({ kernel }: State): number {
  return kernel.between(1, 4);
}

function reach(state: State): Line {
  const line: SimulatedLine = { dead: false };
  state.lines.push(line);
  const { kernel, server } = state;
  return {
    send: (request) => {
      const { promise, resolve, reject } = Promise.withResolvers<Incoming>();
      if (request.signal?.aborted === true) reject(new NetworkError("aborted", "given up"));
      request.signal?.addEventListener("abort", () => reject(new NetworkError("aborted", "given up")));
      let over = false;
      const exchange = {
        line,
        cut: () => {
          over = true;
          reject(new NetworkError("lost", "the connection was cut"));
        },
      };
      state.exchanges.add(exchange);
      kernel.after(latency(state), () => {
        if (server.faults.connect === "refused") reject(new NetworkError("refused", "connection refused"));
        else if (server.faults.connect === "hangs" || server.faults.blackhole === true || line.dead) return;
        else if (!over && request.signal?.aborted !== true) {
          const incoming = answer(state, line, request);
          resolve({ ...incoming, body: until(incoming.body, request.signal) });
        }
        state.exchanges.delete(exchange);
      });
      return promise;
    },
    ping: () => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      kernel.after(latency(state), () => {
        const { blackhole = false, connect } = server.faults;
        if (!blackhole && connect !== "hangs" && !line.dead) resolve(true);
      });
      return promise;
    },
    cut: () => {
      line.dead = false;
      for (const exchange of state.exchanges) if (exchange.line === line) exchange.cut();
      for (const stream of state.streams) if (stream.line === line) stream.pipe.cut(0);
    },
  };
}

function answer(state: State, line: object, { path, headers, signal }: Outgoing): Incoming {
  const { server, kernel } = state;
  const url = new URL(path, "https://server");
  const query = url.searchParams;
  server.counts.asked.push(path);
  if (headers["authorization"] !== `Bearer ${server.token}`) return refused(state, { status: 401 });
  const refusal = server.faults.refuse?.(url.pathname, query);
  if (refusal !== undefined) return refused(state, refusal);
  if (url.pathname === "/api" || url.pathname === "/apis")
    return json(state, discovery(server, url.pathname));
  const kind = server.kinds.find((one) => one.path === url.pathname);
  if (kind === undefined) return refused(state, { status: 404, message: "not found" });
  if (query.get("watch") === "true") return watch(state, line, kind, query, signal);
  server.counts.lists += 1;
  server.counts.listsNow += 1;
  server.counts.mostLists = Math.max(server.counts.mostLists, server.counts.listsNow);
  kernel.after(0, () => (server.counts.listsNow -= 1));
  return list(state, kind, query);
}

function json(state: State, value: unknown, status = 200, headers = {}): Incoming {
  const { kernel, server } = state;
  const pipe = createPipe(kernel.after, kernel.clock.elapsed, () => undefined);
  let bytes = encoder.encode(JSON.stringify(value));
  const { truncate = false } = server.faults;
  if (truncate && status === 200) bytes = bytes.slice(0, kernel.between(0, bytes.length - 1));
  sendChunks(state, pipe, bytes);
  if (truncate && kernel.chance(0.5)) pipe.cut(1);
  else pipe.end(latency(state));
  return { status, headers, body: pipe.body };
}

function refused(state: State, { status, message = "", reason = "", retryAfter }: Refusal): Incoming {
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return json(state, { kind: "Status", code: status, message, reason }, status, headers);
}

function discovery({ kinds }: ApiServer, path: string): object {
  const groups = new Map<string, object[]>();
  for (const { apiVersion, kind, resource } of kinds) {
    if ((path === "/api") !== !apiVersion.includes("/")) continue;
    const entry = { resource, responseKind: { kind }, scope: "Namespaced", verbs: ["get", "list", "watch"] };
    groups.set(apiVersion, [...(groups.get(apiVersion) ?? []), entry]);
  }
  const items = [...groups].map(([apiVersion, resources]) => {
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    return { metadata: { name: group }, versions: [{ version, freshness: "Current", resources }] };
  });
  return { kind: "APIGroupDiscoveryList", items };
}

function list(state: State, kind: Kind, query: URLSearchParams): Incoming {
  const { server, tokens, kernel } = state;
  const limit = Number(query.get("limit") ?? "0") || Number.POSITIVE_INFINITY;
  const token = query.get("continue");
  const known = token === null ? undefined : tokens.get(token);
  if (token !== null && (known === undefined || known.version < server.store.compactedAt())) {
    return refused(state, { status: 410, reason: "Expired", message: "the continue token is too old" });
  }
  const version = known?.version ?? server.store.version() - (server.faults.lag ?? 0);
  const all = known?.rest ?? server.store.objects(kind.path, version);
  const [items, rest] = [all.slice(0, limit), all.slice(limit)];
  const next = rest.length === 0 ? "" : `token-${tokens.size}-${kernel.between(0, 999)}`;
  if (next !== "") tokens.set(next, { rest, version });
  const metadata = {
    resourceVersion: String(version),
    ...(next === "" ? {} : { continue: next, remainingItemCount: rest.length }),
  };
  return json(state, { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata, items });
}

function watch(
  state: State,
  line: object,
  kind: Kind,
  query: URLSearchParams,
  signal?: AbortSignal,
): Incoming {
  const { kernel, server, streams } = state;
  const initial = query.get("sendInitialEvents") === "true";
  const from = Number(query.get("resourceVersion") ?? "0");
  const now = server.store.version() - (server.faults.lag ?? 0);
  if (!initial && from > now) {
    return refused(state, { status: 504, message: "Too large resource version: 5, current: 4" });
  }
  server.counts.watches += 1;
  const pipe = createPipe(kernel.after, kernel.clock.elapsed, () => streams.delete(stream));
  const stream: Stream = { path: kind.path, pipe, line, held: [], stalled: false };
  streams.add(stream);
  signal?.addEventListener("abort", () => {
    streams.delete(stream);
    pipe.cut(0);
  });
  if (initial) {
    for (const object of server.store.objects(kind.path, now)) {
      say(state, stream, `${JSON.stringify({ type: "ADDED", object })}\n`, undefined);
    }
    bookmark(state, stream, kind, now, { "k8s.io/initial-events-end": "true" });
  } else if (from < server.store.compactedAt() && server.store.since(kind.path, from).length > 0) {
    const object = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
    say(state, stream, `${JSON.stringify({ type: "ERROR", object })}\n`, undefined);
    pipe.end(1);
    streams.delete(stream);
  } else for (const logged of server.store.since(kind.path, from)) tellEvent(state, stream, logged);
  keepBookmarking(state, stream, kind);
  kernel.after(Number(query.get("timeoutSeconds") ?? "300") * 1000, () => pipe.end(0));
  return { status: 200, headers: {}, body: pipe.body };
}

function bookmark(state: State, stream: Stream, kind: Kind, version: number, annotations = {}): void {
  const metadata = { resourceVersion: String(version), annotations };
  const object = { kind: kind.kind, apiVersion: kind.apiVersion, metadata };
  say(state, stream, `${JSON.stringify({ type: "BOOKMARK", object })}\n`, undefined);
}

function keepBookmarking(state: State, stream: Stream, kind: Kind): void {
  state.kernel.after(bookmarkEvery, () => {
    if (stream.pipe.isClosed() || !state.streams.has(stream)) return;
    bookmark(state, stream, kind, state.server.store.version());
    keepBookmarking(state, stream, kind);
  });
}

function tellEvent(state: State, stream: Stream, logged: Logged): void {
  say(state, stream, `${JSON.stringify({ type: logged.type, object: logged.object })}\n`, logged);
}

function say(state: State, stream: Stream, line: string, logged: Logged | undefined): void {
  const { server } = state;
  if (server.faults.blackhole === true) {
    stream.held.push(line); // sent again, if the connection lives until then
    return;
  }
  if (stream.stalled || server.faults.mute === true) {
    stream.stalled = true; // what was not sent in its turn will never be
    return;
  }
  const became = server.faults.line?.(line, logged) ?? [line];
  if (became === "stall") stream.stalled = true;
  else if (became === "later") stream.held.push(line);
  else if (became === "cut") stream.pipe.cut(1);
  else {
    for (const one of became) sendChunks(state, stream.pipe, encoder.encode(one));
    for (const late of stream.held.splice(0)) sendChunks(state, stream.pipe, encoder.encode(late));
  }
}

function sendChunks(state: State, pipe: Pipe, bytes: Uint8Array): void {
  const { chunks, pace = 0 } = state.server.faults;
  for (const chunk of chunks?.(bytes) ?? [bytes]) pipe.send(chunk, pace === 0 ? latency(state) : pace);
}

function cutStreams(state: State, how: "fin" | "rst" | "partial"): void {
  for (const stream of state.streams) {
    if (how === "fin") stream.pipe.end(0);
    else {
      if (how === "partial") stream.pipe.send(encoder.encode('{"type":"ADDED","object":{"me'), 0);
      stream.pipe.cut(0);
    }
    state.streams.delete(stream);
  }
}
