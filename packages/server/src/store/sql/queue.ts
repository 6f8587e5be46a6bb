/**
 * Writes, one transaction after another: whatever has queued up meanwhile shares the next one, and with it its flush
 * to disk (group commit). Where a shared transaction fails, each of its writes is tried alone.
 */
import { StoreError } from "../error.ts";
import { failureOf } from "./failure.ts";
import type { Sql } from "./tables.ts";

interface Write {
  readonly work: (sql: Sql) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueue {
  readonly run: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  readonly waiting: () => number;
  /** The last failure that had to do with the store and not with what was asked. */
  readonly trouble: () => StoreError | undefined;
  /** Resolves when all that waits is done; what comes later is refused. */
  readonly close: () => Promise<void>;
}

/** `flushed` is called after each transaction, before anything of it is acknowledged. */
export function writeQueue(sql: Sql, flushed: () => void | Promise<void> = () => {}): WriteQueue {
  const waiting: Write[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  let trouble: StoreError | undefined;

  const attempt = async (writes: readonly Write[]): Promise<void> => {
    try {
      const values = await sql.db.transaction().execute(async (db) => {
        const inside: Sql = { db, engine: sql.engine };
        const done: unknown[] = [];
        for (const { work } of writes) done.push(await work(inside));
        return done;
      });
      await flushed();
      trouble = undefined;
      for (const [index, { resolve }] of writes.entries()) resolve(values[index]);
    } catch (error) {
      if (writes.length > 1) {
        for (const write of writes) await attempt([write]);
        return;
      }
      const failure = failureOf(error);
      if (failure instanceof StoreError && isTrouble(failure)) trouble = failure;
      writes[0]?.reject(failure);
    }
  };
  const pump = async (): Promise<void> => {
    await Promise.resolve(); // lets what was asked for in the same breath join
    while (waiting.length > 0) await attempt(waiting.splice(0, 64));
    running = undefined;
  };
  return {
    run: (work) => {
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof work>>>();
      if (closed) return Promise.reject(new StoreError("closed", "the store is closed"));
      waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      running ??= pump();
      return promise;
    },
    waiting: () => waiting.length,
    trouble: () => trouble,
    close: async () => {
      closed = true;
      await running;
    },
  };
}

function isTrouble({ code }: StoreError): boolean {
  return code === "full" || code === "unavailable" || code === "damaged" || code === "read-only";
}
