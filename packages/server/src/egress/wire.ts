/** The real network of what goes out: one HTTP exchange or one open connection, to an address that was pinned before. */
import { lookup as dnsLookup } from "node:dns/promises";
import { request as requestPlain, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestTls } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, getCACertificates } from "node:tls";
import { isAddress } from "./address.ts";
import type { Answer, Exchange, Transport, Trust } from "./egress.ts";
import { EgressError } from "./error.ts";
import type { Pinned } from "./gate.ts";

const longestAnswer = 64 * 1024;

/** `ca`: PEM of authorities to trust beside the usual ones. */
export function openTransport(ca?: string): Transport {
  const trust: Trust = {
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    // Set by itself it would replace the usual ones, so they are named beside it.
    ...(ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] }),
  };
  return {
    trust,
    lookup: async (host) => (await dnsLookup(host, { all: true })).map(({ address }) => address),
    exchange: (pinned, asked, signal) => exchange(trust, pinned, asked, signal),
    open: (pinned, tls, signal) => open(trust, pinned, tls, signal),
  };
}

async function exchange(trust: Trust, pinned: Pinned, asked: Exchange, signal: AbortSignal): Promise<Answer> {
  const { method = "POST", url, headers, body } = asked;
  const options: RequestOptions = {
    method,
    host: pinned.address,
    port: pinned.port,
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      host: url.host,
      ...(method === "POST" ? { "content-length": Buffer.byteLength(body) } : {}),
      "accept-encoding": "identity",
    },
    agent: false,
    signal,
    maxHeaderSize: 16 * 1024,
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing =
    url.protocol === "https:"
      ? requestTls({ ...options, ...tlsOptions(pinned, trust) }, resolve)
      : requestPlain(options, resolve);
  outgoing.on("error", reject);
  outgoing.end(method === "POST" ? body : undefined);
  try {
    const incoming = await promise;
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      body: await textOf(incoming),
    };
  } finally {
    outgoing.destroy();
  }
}

/** An address has no name to send, and is checked against the addresses of the certificate. */
function tlsOptions({ host }: Pinned, { ca, ...trust }: Trust): object {
  return {
    ...trust,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(isAddress(host) ? {} : { servername: host }),
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestAnswer) throw new EgressError("answer", "an answer of more than 64 KiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function open(trust: Trust, pinned: Pinned, tls: boolean, signal: AbortSignal): Promise<Socket> {
  const to = { host: pinned.address, port: pinned.port };
  const socket = tls ? connectTls({ ...to, ...tlsOptions(pinned, trust) }) : connectPlain(to);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const stop = (): void => void socket.destroy();
  signal.addEventListener("abort", stop, { once: true });
  socket.once(tls ? "secureConnect" : "connect", () => {
    signal.removeEventListener("abort", stop);
    resolve(socket);
  });
  socket.on("error", reject);
  return promise;
}
