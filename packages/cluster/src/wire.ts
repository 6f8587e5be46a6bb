/** The real network: HTTP/2 where the server offers it, else HTTP/1.1, over TLS or plain; never a redirect followed. */
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from "node:http";
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from "node:http2";
import { Agent, request } from "node:https";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { NetworkError, type Incoming, type Line, type Network, type Outgoing, type Target } from "./doors.ts";

export const network: Network = { reach };

/** How much the other end may send before it is told that it was read. */
const windowBytes = 4 * 1024 * 1024;

interface State {
  readonly target: Target;
  readonly agent: Agent | PlainAgent;
  /** The session, or that there is none to be had, or that we are finding out. */
  session: Promise<ClientHttp2Session | undefined> | undefined;
  /** Gives up what is being opened. */
  opening: AbortController;
}

function reach(target: Target): Line {
  const state: State = { target, agent: agentOf(target), session: undefined, opening: new AbortController() };
  return {
    send: async (outgoing) => {
      const session = await heeded(sessionOf(state), outgoing.signal);
      return session === undefined ? sendByHttp1(state, outgoing) : sendByHttp2(session, outgoing);
    },
    ping: async () => {
      const session = state.session === undefined ? undefined : await state.session;
      if (session === undefined || session.closed || session.destroyed) return false;
      return pinged(session);
    },
    cut: () => cut(state),
  };
}

/** Who asks may give up while the connection that others wait for too is still being opened. */
async function heeded<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new NetworkError("aborted", "given up"));
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function agentOf({ server, tls, proxy }: Target): Agent | PlainAgent {
  const options = {
    keepAlive: true,
    ...(proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy, HTTP_PROXY: proxy } }),
  };
  return server.protocol === "http:" ? new PlainAgent(options) : new Agent({ ...options, ...tls });
}

function cut(state: State): void {
  const { session, agent, opening } = state;
  state.opening = new AbortController();
  opening.abort();
  if (session !== undefined) {
    state.session = undefined;
    session.then(
      (open) => open?.destroy(),
      () => undefined, // what failed to open needs no closing
    );
  }
  agent.destroy();
}

/** One session for all exchanges. Through a proxy, and on plain HTTP, there is none. */
function sessionOf(state: State): Promise<ClientHttp2Session | undefined> {
  const { target } = state;
  if (target.proxy !== undefined || target.server.protocol === "http:") return Promise.resolve(undefined);
  if (state.session === undefined) {
    const gone = (): void => {
      if (state.session === opened) state.session = undefined;
    };
    const opened = openSession(target, gone, state.opening.signal);
    state.session = opened;
  }
  return state.session;
}

async function openSession(
  target: Target,
  gone: () => void,
  signal: AbortSignal,
): Promise<ClientHttp2Session | undefined> {
  const { server, tls } = target;
  let socket: TLSSocket;
  try {
    socket = await connected(target, signal);
  } catch (error) {
    gone();
    throw error;
  }
  if (socket.alpnProtocol !== "h2") {
    socket.destroy();
    return undefined;
  }
  const session = connectHttp2(server.origin, {
    ...tls,
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: windowBytes },
  });
  session.on("error", gone); // every stream of it hears of it by itself
  session.on("goaway", gone); // those open may end; new ones go elsewhere
  session.on("close", gone);
  session.once("connect", () => session.setLocalWindowSize(2 * windowBytes));
  return session;
}

function connected({ server, tls }: Target, signal: AbortSignal): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const host = server.hostname.replace(/^\[|\]$/g, "");
  const named = tls.servername ?? (/^[\d.]+$|:/.test(host) ? undefined : host);
  const socket = connectTls({
    ...tls,
    host,
    port: Number(server.port || 443),
    ALPNProtocols: ["h2", "http/1.1"],
    ...(named === undefined ? {} : { servername: named }),
  });
  const giveUp = (): void => void socket.destroy();
  signal.addEventListener("abort", giveUp, { once: true });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 5_000);
  socket.setTimeout(connectPatience, () => socket.destroy(new NetworkError("lost", "no connection in time")));
  socket.once("secureConnect", () => {
    socket.setTimeout(0);
    resolve(socket);
  });
  socket.on("error", (error) => reject(networkError(error)));
  socket.once("close", () => {
    signal.removeEventListener("abort", giveUp);
    reject(new NetworkError("lost", "the connection was cut"));
  });
  return promise;
}

const connectPatience = 10_000;

function pinged(session: ClientHttp2Session): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const lost = (): void => reject(new NetworkError("lost", "the connection was cut"));
  session.once("close", lost);
  const sent = session.ping((error) => {
    session.off("close", lost);
    if (error === null) resolve(true);
    else lost();
  });
  if (!sent) lost();
  return promise;
}

function sendByHttp2(session: ClientHttp2Session, outgoing: Outgoing): Promise<Incoming> {
  const { method, path, headers, body, signal } = outgoing;
  const { promise, resolve, reject } = Promise.withResolvers<Incoming>();
  if (session.closed || session.destroyed) throw new NetworkError("lost", "the connection was cut");
  const stream = session.request(
    { ...headers, ":method": method, ":path": path },
    { endStream: body === undefined, ...(signal === undefined ? {} : { signal }) },
  );
  stream.on("response", (head) => {
    const given = Object.entries(head).filter(([name]) => !name.startsWith(":"));
    resolve({
      status: Number(head[":status"]),
      headers: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      body: bodyOf(stream, () => stream.rstCode === constants.NGHTTP2_NO_ERROR),
    });
  });
  stream.on("error", (error) => reject(networkError(error)));
  stream.on("close", () => reject(new NetworkError("lost", "the exchange was cut")));
  if (body !== undefined) stream.end(body);
  return promise;
}

function sendByHttp1({ target, agent }: State, outgoing: Outgoing): Promise<Incoming> {
  const { method, path, headers, body, signal } = outgoing;
  const { promise, resolve, reject } = Promise.withResolvers<Incoming>();
  const open = target.server.protocol === "http:" ? plainRequest : request;
  const sent = open(
    new URL(path, target.server),
    {
      method,
      agent,
      headers: body === undefined ? headers : { ...headers, "content-length": String(body.length) },
      ...(signal === undefined ? {} : { signal }),
    },
    (answer) => {
      resolve({
        status: answer.statusCode ?? 0,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: bodyOf(answer, () => answer.complete),
      });
    },
  );
  sent.on("socket", (socket) => socket.setKeepAlive(true, 1_000));
  sent.on("error", (error) => reject(networkError(error)));
  sent.end(body);
  return promise;
}

/** A body that ends too early must not look like one that ended. */
async function* bodyOf(
  stream: IncomingMessage | ClientHttp2Stream,
  whole: () => boolean,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw networkError(error);
  }
  if (!whole()) throw new NetworkError("lost", "the answer was cut off");
}

const certificateCodes = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|HOSTNAME_)/;

const words: { readonly [code: string]: readonly [NetworkError["code"], string] } = {
  ECONNREFUSED: ["refused", "connection refused"],
  ENOTFOUND: ["unknown-host", "its name is not known"],
  EAI_AGAIN: ["unknown-host", "its name could not be looked up"],
  EHOSTUNREACH: ["refused", "no route to it"],
  ENETUNREACH: ["refused", "no network"],
  ABORT_ERR: ["aborted", "given up"],
};

function networkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (certificateCodes.test(code)) {
    return new NetworkError("certificate", `its certificate cannot be trusted (${code})`, { cause: error });
  }
  const [kind, message] = words[code] ?? ["lost", code === "" ? "the connection was cut" : `cut (${code})`];
  return new NetworkError(kind, message, { cause: error });
}
