/** Calls across the border between two threads: each names a method of the other side, and is answered in its own time. */
import { StoreError, type StoreErrorCode } from "../store/error.ts";

export interface Port {
  readonly postMessage: (message: Message) => void;
  readonly on: (event: "message", take: (message: Message) => void) => unknown;
}

export type Message =
  | { readonly call: number; readonly name: string; readonly given: readonly unknown[] }
  | { readonly answer: number; readonly value?: unknown; readonly failure?: Told };

/** An error as it crosses: its class and its own properties would not. */
interface Told {
  readonly kind: "store" | "system" | "other";
  readonly code?: string;
  readonly message: string;
  readonly cause?: string;
}

export interface Wire {
  readonly call: (name: string, given: readonly unknown[]) => Promise<unknown>;
  /** Refuses whatever was not answered, and all that comes later. */
  readonly lose: (why: Error) => void;
}

export function openWire(
  port: Port,
  answer: (name: string, given: readonly unknown[]) => Promise<unknown>,
): Wire {
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let lost: Error | undefined;
  let last = 0;
  const reply = async (id: number, name: string, given: readonly unknown[]): Promise<void> => {
    try {
      port.postMessage({ answer: id, value: await answer(name, given) });
    } catch (error) {
      port.postMessage({ answer: id, failure: told(error) });
    }
  };
  port.on("message", (message) => {
    if ("call" in message) {
      void reply(message.call, message.name, message.given);
      return;
    }
    const { answer: id, value, failure } = message;
    const waiting = open.get(id);
    open.delete(id);
    if (failure === undefined) waiting?.resolve(value);
    else waiting?.reject(untold(failure));
  });
  return {
    call: (name, given) => {
      if (lost !== undefined) return Promise.reject(lost);
      const waiting = Promise.withResolvers<unknown>();
      const id = (last += 1);
      open.set(id, waiting);
      try {
        port.postMessage({ call: id, name, given });
      } catch (error) {
        open.delete(id);
        waiting.reject(error);
      }
      return waiting.promise;
    },
    lose: (why) => {
      lost ??= why;
      for (const { reject } of open.values()) reject(lost);
      open.clear();
    },
  };
}

function told(error: unknown): Told {
  if (!(error instanceof Error)) return { kind: "other", message: String(error) };
  const { message, cause } = error;
  const because = cause instanceof Error ? { cause: cause.message } : {};
  if (error instanceof StoreError) return { kind: "store", code: error.code, message, ...because };
  const { code } = error as { readonly code?: unknown };
  if (typeof code === "string") return { kind: "system", code, message, ...because };
  return { kind: "other", message: error.stack ?? message, ...because };
}

function untold({ kind, code, message, cause }: Told): Error {
  const options = cause === undefined ? {} : { cause: new Error(cause) };
  if (kind === "store") return new StoreError(code as StoreErrorCode, message, options);
  const error = new Error(message, options);
  return code === undefined ? error : Object.assign(error, { code });
}
