/**
 * The one way out: every request, mail or stream that the service sends of its own goes through here. The address is
 * looked up once, judged and pinned; redirects are judged anew; TLS is verified whatever the environment says.
 */
import type { Duplex } from "node:stream";
import type { Clock } from "@plimsoll/cluster";
import { EgressError, egressErrorOf } from "./error.ts";
import { createGate, type Gate, type Lookup, type Pinned } from "./gate.ts";

export interface EgressOptions {
  /** As `createGate` takes it. */
  readonly allow: readonly string[];
  readonly clock: Clock;
  readonly transport: Transport;
  /** Milliseconds for a whole exchange, redirects included. Default 10 s. */
  readonly patience?: number;
}

/** The network, to pinned addresses only. */
export interface Transport {
  readonly trust: Trust;
  readonly lookup: Lookup;
  readonly exchange: (pinned: Pinned, asked: Exchange, signal: AbortSignal) => Promise<Answer>;
  readonly open: (pinned: Pinned, tls: boolean, signal: AbortSignal) => Promise<Duplex>;
}

/** What `node:tls` is given for every connection: no setting and no variable changes it. */
export interface Trust {
  readonly rejectUnauthorized: true;
  readonly minVersion: "TLSv1.2";
  readonly ca?: readonly string[];
}

export interface Exchange {
  /** Default: POST. */
  readonly method?: "GET" | "POST";
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export interface Post extends Exchange {
  /** Names of headers that no other host may see. */
  readonly secret: readonly string[];
  readonly signal?: AbortSignal;
}

export interface Connect {
  readonly host: string;
  readonly port: number;
  /** Verified against `host`. */
  readonly tls: boolean;
  /** The caller turns to TLS himself. */
  readonly upgrades?: boolean;
  /** Destroys the connection too, once it is open. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** At most 64 KiB. */
  readonly body: string;
}

export interface Egress {
  /** Throws `EgressError`. */
  readonly post: (post: Post) => Promise<Answer>;
  /** An open connection. Throws `EgressError`. */
  readonly connect: (connect: Connect) => Promise<Duplex>;
  readonly pin: Gate["pin"];
  readonly trust: Trust;
}

const mostRedirects = 3;
const usualPatience = 10_000;

export function createEgress({ allow, clock, transport, patience = usualPatience }: EgressOptions): Egress {
  const gate = createGate(allow, transport.lookup);
  return {
    pin: gate.pin,
    trust: transport.trust,
    post: (post) =>
      withinTime({ clock, patience, signal: post.signal }, (signal) => follow(gate, transport, post, signal)),
    connect: async ({ host, port, tls, upgrades = false, signal: given }) => {
      const stream = await withinTime({ clock, patience, signal: given }, async (signal) => {
        const pinned = await gate.pin(host, port);
        mustBePrivate(pinned, tls || upgrades);
        return transport.open(pinned, tls, signal);
      });
      const stop = (): void => void stream.destroy(givenUp(given));
      given.addEventListener("abort", stop, { once: true });
      stream.once("close", () => given.removeEventListener("abort", stop));
      return stream;
    },
  };
}

function mustBePrivate({ host, allowed }: Pinned, tls: boolean): void {
  if (!tls && !allowed)
    throw new EgressError("address", `${host} is spoken to without TLS and is not in egress.allow`);
}

interface Terms {
  readonly clock: Clock;
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
}

async function withinTime<T>(
  { clock, patience, signal }: Terms,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => undefined); // the work may end before it
  let ended: EgressError | undefined;
  const end = (error: EgressError): void => {
    ended ??= error;
    reject(ended);
    abort.abort();
  };
  const giveUp = (): void => end(givenUp(signal));
  const cancel = clock.after(patience, () => end(new EgressError("timeout", "no answer in time")));
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  try {
    return await Promise.race([work(abort.signal), late]);
  } catch (error) {
    throw ended ?? egressErrorOf(error);
  } finally {
    cancel();
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Whoever gives up says why. */
export function givenUp(signal: AbortSignal | undefined): EgressError {
  const reason: unknown = signal?.reason;
  return reason instanceof EgressError ? reason : new EgressError("timeout", "given up");
}

async function follow(gate: Gate, transport: Transport, post: Post, signal: AbortSignal): Promise<Answer> {
  let { url, headers } = post;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const pinned = await pinnedFor(gate, url);
    const answer = await transport.exchange(pinned, { ...post, url, headers }, signal);
    // Only these two keep method and body; after the others the message would be lost without a word.
    if (answer.status !== 307 && answer.status !== 308) {
      if (answer.status >= 300 && answer.status < 400)
        throw new EgressError("redirect", `a redirect (${answer.status}) that drops the message`);
      return answer;
    }
    const next = nextOf(url, answer);
    if (next.host !== url.host)
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !post.secret.includes(name)));
    url = next;
  }
  throw new EgressError("redirect", `more than ${mostRedirects} redirects`);
}

function nextOf(url: URL, { headers }: Answer): URL {
  const { location } = headers;
  const next = typeof location === "string" ? URL.parse(location, url) : null;
  if (next === null) throw new EgressError("redirect", "a redirect to nowhere");
  if (url.protocol === "https:" && next.protocol !== "https:")
    throw new EgressError("redirect", "a redirect from https to less");
  return next;
}

async function pinnedFor(gate: Gate, url: URL): Promise<Pinned> {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new EgressError("address", `${url.protocol} is not spoken`);
  if (url.username !== "" || url.password !== "")
    throw new EgressError("address", "credentials in an address are not used");
  const isTls = url.protocol === "https:";
  const pinned = await gate.pin(url.hostname, Number(url.port || (isTls ? 443 : 80)));
  mustBePrivate(pinned, isTls);
  return pinned;
}
