/**
 * A thread of the embedded store, so that no query and no flush holds up who watches and answers. One thread writes;
 * others read, each request on one state of the database. Disk and clock are those of who started it.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Disk } from "@plimsoll/cluster";
import { StoreError } from "../error.ts";
import type { Store } from "../store.ts";
import { openSqliteReader, openSqliteStore, type SqliteReader } from "./open.ts";
import { giveBack } from "../../threads/memory.ts";
import { openWire, type Port, type Wire } from "../../threads/wire.ts";

export interface Duty {
  readonly file: string;
  readonly writes: boolean;
}

type Serve = (name: string, given: readonly unknown[]) => Promise<unknown>;

function begin(port: Port, { file, writes }: Duty): void {
  let now = 0;
  const clock = { now: () => now };
  const wire: Wire = openWire(port, async (name, [at, ...given]) => {
    now = at as number;
    if (name === "beat") return undefined;
    if (name === "rest") return giveBack();
    return serve(name, given);
  });
  const serve = writes ? writing(clock, disk(wire), file) : reading(clock, file);
}

function writing(clock: { readonly now: () => number }, disk: WriterDisk, file: string): Serve {
  let store: Store | undefined;
  return async (name, given) => {
    if (name === "open") {
      store = await openSqliteStore({ clock, disk, file });
      const { schema, losses } = await store.health();
      return { schema, losses };
    }
    return methodOf(store, name)(...given);
  };
}

/** One after another: two would share a transaction. */
function reading(clock: { readonly now: () => number }, file: string): Serve {
  let reader: SqliteReader | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const answer: Serve = async (name, given) => {
    if (name === "open") {
      reader = openSqliteReader(clock, file);
      return undefined;
    }
    if (reader === undefined) throw notOpen();
    if (name === "close") return reader.close();
    if (name === "verify") return reader.atOnce(reader.damage);
    const method = methodOf(reader.store, name);
    return reader.atOnce(() => method(...given));
  };
  return (name, given) => {
    const next = last.then(() => answer(name, given));
    last = next.catch(() => undefined); // who asked is told; the next one does not care
    return next;
  };
}

type Method = (...given: readonly unknown[]) => Promise<unknown>;

function methodOf(store: Store | undefined, name: string): Method {
  if (store === undefined) throw notOpen();
  const [outer = "", inner] = name.split(".");
  const found = (inner === undefined ? store : store.outbox) as unknown as {
    readonly [name: string]: Method;
  };
  return found[inner ?? outer]!;
}

function notOpen(): StoreError {
  return new StoreError("closed", "the store is not open");
}

type WriterDisk = Pick<Disk, "look" | "makeFolder" | "read" | "rename" | "write">;

function disk(wire: Wire): WriterDisk {
  const far = <N extends keyof WriterDisk>(name: N): WriterDisk[N] =>
    ((...given: readonly unknown[]) => wire.call(name, given)) as WriterDisk[N];
  return {
    look: far("look"),
    makeFolder: far("makeFolder"),
    read: far("read"),
    rename: far("rename"),
    write: far("write"),
  };
}

if (parentPort !== null) begin(parentPort, workerData as Duty);
