/**
 * The doors between the service and the world: clock, randomness, network and disk. Whatever runs for long is given
 * them and uses nothing else, so that a whole run can be simulated, and replayed, from one seed. The real ones are in
 * `world.ts`, the simulated ones in `tests/simulation`; `architecture.test.ts` holds who may go around them.
 */
import type { Tls } from "./access.ts";

export interface Doors {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly disk: Disk;
}

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970, as the machine believes: may jump either way. Only for what is shown, stored or compared with the world. */
  readonly now: () => number;
  /** Milliseconds since some start, which never jump: for measuring and for waiting. */
  readonly elapsed: () => number;
  /** Calls once, after so many milliseconds of `elapsed`; what it answers takes the call back. */
  readonly after: (milliseconds: number, call: () => void) => Cancel;
}

export interface Random {
  /** At least 0, less than 1. Not for secrets. */
  readonly next: () => number;
  /** Fit for secrets. */
  readonly bytes: (length: number) => Uint8Array;
}

/** Outgoing HTTP. Who listens is `main.ts`'s business alone. */
export interface Network {
  /** Opens nothing yet: the first request does. */
  readonly reach: (target: Target) => Line;
}

export interface Target {
  /** Scheme, host and port; a path is ignored. */
  readonly server: URL;
  readonly tls: Tls;
  /** `http://host:port`; without it there is none, whatever the environment says. */
  readonly proxy?: string;
}

/** A way to one server: HTTP/2 where the server speaks it, else as many HTTP/1.1 connections as there are exchanges. */
export interface Line {
  /** Resolves with the head of the answer. Rejects with a `NetworkError`. */
  readonly send: (request: Outgoing) => Promise<Incoming>;
  /**
   * Asks the other end for a sign of life, which no server counts as a request. Resolves with false where nothing is
   * connected or the protocol has no such question; rejects once the connection is lost. May never settle.
   */
  readonly ping: () => Promise<boolean>;
  /** Breaks every exchange; the next one connects anew. */
  readonly cut: () => void;
}

export interface Outgoing {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array;
  /** Breaks the exchange, at whatever point it is. */
  readonly signal?: AbortSignal;
}

export interface Incoming {
  readonly status: number;
  /** Names in lower case; several of one name are joined by commas. */
  readonly headers: { readonly [name: string]: string };
  /** Read once, as it comes; what is not read holds the sender back. Throws a `NetworkError` where it is cut off. */
  readonly body: AsyncIterable<Uint8Array>;
}

export type NetworkErrorCode = "refused" | "unknown-host" | "certificate" | "lost" | "aborted" | "protocol";

/** An exchange that did not come to its end. `refused`, `unknown-host` and `certificate` will be the same at once again. */
export class NetworkError extends Error {
  readonly code: NetworkErrorCode;

  constructor(code: NetworkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NetworkError";
    this.code = code;
  }
}

/** The service's own files. Fails with Node's system errors (`ENOENT`, `ENOSPC`, …). */
export interface Disk {
  readonly read: (path: string) => Promise<Uint8Array>;
  /** Whole or not at all, and there after a power failure: a new file, flushed, put in place of the old. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
  /** At the end of a file, flushed; makes the file where there is none. */
  readonly append: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
  /** A new name in the same folder; what stood there is gone. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Names of what is in a folder, sorted. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** With all folders above it. */
  readonly makeFolder: (path: string) => Promise<void>;
  /** Undefined where there is nothing. */
  readonly look: (path: string) => Promise<Entry | undefined>;
}

export interface Entry {
  readonly folder: boolean;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** A wait that `signal` ends early; either way it resolves. */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted === true) resolve();
  else {
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    signal?.addEventListener("abort", done);
  }
  return promise;
}
