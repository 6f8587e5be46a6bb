/** A proxy between the watch client and a real API server that ends TLS on both sides and does what it is told wrong. */
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { request, Agent } from "node:https";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What goes wrong just now. */
export interface Wrongs {
  /** An answer in place of the right one. */
  refuse?: (
    path: string,
    watch: boolean,
  ) => { readonly status: number; readonly body?: object; readonly retryAfter?: number } | undefined;
  /** What becomes of a line of a watch; undefined holds it back for later. */
  line?: (line: Buffer, type: string) => readonly Buffer[] | undefined;
  /** What becomes of the body of a list. */
  list?: (path: string, body: Buffer) => Buffer | "cut";
  /** How bytes are cut. */
  chunk?: number;
  /** Milliseconds before bytes of the connection itself are passed on. */
  delay?: number;
  /** Bytes of the connections are dropped, of those that are open and of new ones. */
  blackhole?: boolean;
  /** Connections are refused as they come. */
  refuseConnections?: boolean;
  /** Watches say nothing more. */
  mute?: boolean;
}

export interface Proxy {
  readonly port: number;
  wrongs: Wrongs;
  /** Which API server requests go to. */
  upstream: number;
  /** Ends, or breaks, every open watch. */
  readonly cut: (how: "fin" | "rst" | "partial") => void;
  /** Breaks the connections themselves. */
  readonly reset: () => void;
  readonly say: (event: object) => void;
  readonly release: () => void;
  readonly watches: () => readonly string[];
  readonly close: () => Promise<void>;
}

interface Stream {
  readonly path: string;
  readonly response: Http2ServerResponse;
  readonly held: Buffer[];
}

interface State {
  readonly agent: Agent;
  readonly streams: Set<Stream>;
  readonly sockets: Set<Socket>;
  readonly proxy: Proxy;
}

export async function startProxy(
  files: { readonly key: Buffer; readonly cert: Buffer },
  upstream: number,
): Promise<Proxy> {
  const inner = createSecureServer({ ...files, allowHTTP1: true });
  await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
  const innerPort = (inner.address() as AddressInfo).port;
  const outer = createServer((socket) => relay(state, socket, innerPort));
  await new Promise<void>((resolve) => outer.listen(0, "127.0.0.1", resolve));
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const proxy: Proxy = {
    port: (outer.address() as AddressInfo).port,
    wrongs: {},
    upstream,
    cut: (how) => cut(state, how),
    reset: () => {
      for (const socket of state.sockets) socket.resetAndDestroy();
    },
    say: (event) => {
      for (const { response } of state.streams) response.write(`${JSON.stringify(event)}\n`);
    },
    release: () => {
      for (const { held, response } of state.streams) for (const line of held.splice(0)) response.write(line);
    },
    watches: () => [...state.streams].map(({ path }) => path),
    close: async () => {
      for (const socket of state.sockets) socket.destroy();
      agent.destroy();
      outer.close();
      inner.close();
    },
  };
  const state: State = { agent, streams: new Set(), sockets: new Set(), proxy };
  inner.on("request", (incoming, response) => pass(state, incoming, response));
  inner.on("sessionError", () => undefined); // a connection that we broke ourselves
  return proxy;
}

/** Bytes from one side to the other, late or never. */
function relay(state: State, socket: Socket, port: number): void {
  const { proxy, sockets } = state;
  if (proxy.wrongs.refuseConnections === true) {
    socket.resetAndDestroy();
    return;
  }
  const other = connect(port, "127.0.0.1");
  sockets.add(socket);
  // What fell into a hole is lost to the connection for good: nothing after it could be understood.
  let dead = false;
  const pipe = (from: Socket, to: Socket): void => {
    from.on("data", (bytes: Buffer) => {
      if (proxy.wrongs.blackhole === true) dead = true;
      if (dead) return;
      const { delay } = proxy.wrongs;
      if (delay === undefined) to.write(bytes);
      else setTimeout(() => to.destroyed || to.write(bytes), delay);
    });
    from.on("close", () => {
      sockets.delete(socket);
      if (!dead || from === socket) to.destroy(); // in a hole nobody hears of an end but our own server
    });
    from.on("error", () => to.destroy());
  };
  pipe(socket, other);
  pipe(other, socket);
}

function pass(state: State, incoming: Http2ServerRequest, response: Http2ServerResponse): void {
  const { proxy, agent } = state;
  const watch = incoming.url.includes("watch=true");
  const refusal = proxy.wrongs.refuse?.(incoming.url, watch);
  response.on("error", () => undefined); // the client went away
  if (refusal !== undefined) {
    const { status, body = { kind: "Status", code: status }, retryAfter } = refusal;
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
    response.end(JSON.stringify(body));
    return;
  }
  const { authorization, accept } = incoming.headers;
  const headers = { accept, ...(authorization === undefined ? {} : { authorization }) };
  const sent = request(
    { host: "127.0.0.1", port: proxy.upstream, path: incoming.url, headers: headers as never, agent },
    (answer) => {
      if (response.stream === undefined || response.stream.destroyed) {
        sent.destroy(); // the client went away before the answer came
        return;
      }
      response.writeHead(answer.statusCode ?? 502, { "content-type": "application/json" });
      if (watch && answer.statusCode === 200) {
        passLines(state, incoming.url, answer, response, () => sent.destroy());
      } else passWhole(state, incoming.url, answer, response);
    },
  );
  sent.on("error", () => response.stream?.close(2));
  sent.end();
}

function passWhole(
  { proxy }: State,
  path: string,
  answer: NodeJS.ReadableStream,
  response: Http2ServerResponse,
): void {
  const chunks: Buffer[] = [];
  answer.on("data", (chunk: Buffer) => chunks.push(chunk));
  answer.on("end", () => {
    const body = proxy.wrongs.list?.(path, Buffer.concat(chunks)) ?? Buffer.concat(chunks);
    if (body === "cut") {
      response.write(Buffer.concat(chunks).subarray(0, 40));
      response.stream.close(2);
    } else response.end(body);
  });
}

function passLines(
  state: State,
  path: string,
  answer: NodeJS.ReadableStream,
  response: Http2ServerResponse,
  over: () => void,
): void {
  const stream: Stream = { path, response, held: [] };
  state.streams.add(stream);
  let rest = Buffer.alloc(0);
  answer.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      tell(state, stream, rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
    }
  });
  answer.on("end", () => response.end());
  answer.on("error", () => response.stream?.close(2));
  response.on("close", () => {
    state.streams.delete(stream);
    over();
  });
}

function tell({ proxy }: State, stream: Stream, line: Buffer): void {
  const { mute, line: change, chunk } = proxy.wrongs;
  if (mute === true) return;
  const type = /^{"type":"(\w+)"/.exec(line.subarray(0, 40).toString())?.[1] ?? "";
  const became = change === undefined ? [line] : change(line, type);
  if (became === undefined) {
    stream.held.push(line);
    return;
  }
  for (const one of [...became, ...stream.held.splice(0)]) {
    const step = chunk ?? one.length;
    for (let at = 0; at < one.length; at += step) stream.response.write(one.subarray(at, at + step));
  }
}

function cut({ streams }: State, how: "fin" | "rst" | "partial"): void {
  for (const { response } of streams) {
    if (how === "fin") response.end();
    else {
      if (how === "partial") response.write('{"type":"ADDED","object":{"me');
      response.stream.close(2);
    }
  }
}
