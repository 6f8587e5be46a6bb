/**
 * The embedded store: one file that one process holds open. A file that is damaged is set aside, never repaired by
 * guessing: what the cluster still knows is read anew, and what it does not know is told as lost.
 */
import { DatabaseSync } from "node:sqlite";
import type { Clock, Disk } from "@plimsoll/cluster";
import { StoreError, type Loss } from "../error.ts";
import { failureOf } from "../sql/failure.ts";
import { writeLosses } from "../sql/losses.ts";
import { migrate } from "../sql/migrate.ts";
import { sqlStore } from "../sql/sqlstore.ts";
import type { Sql } from "../sql/tables.ts";
import { verify, type Damage } from "../sql/verify.ts";
import type { Store } from "../store.ts";
import { connect, type Connection } from "./connection.ts";

export interface SqliteOptions {
  readonly clock: Pick<Clock, "now">;
  readonly disk: Pick<Disk, "look" | "makeFolder" | "read" | "rename" | "write">;
  readonly file: string;
}

/** Throws a `StoreError`: `locked`, `newer-schema`, `full`, `unavailable`, `read-only`. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  await options.disk.makeFolder(folderOf(options.file));
  const hold = holdAlone(options.file);
  try {
    const store = await openOrBegin(options);
    const close = async (): Promise<void> => {
      await store.close();
      if (hold.isOpen) hold.close();
    };
    return { ...store, close };
  } catch (error) {
    hold.close();
    throw error;
  }
}

async function openOrBegin(options: SqliteOptions): Promise<Store> {
  const { disk, file, clock } = options;
  try {
    return await open(options, []);
  } catch (error) {
    const failure = failureOf(error);
    if (!(failure instanceof StoreError) || failure.code !== "damaged") throw failure;
    const aside = `${file}.damaged-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-")}`;
    for (const part of ["", "-wal", "-shm", ".mark"])
      if ((await disk.look(file + part)) !== undefined) await disk.rename(file + part, aside + part);
    const because = `the store was damaged and set aside as ${aside}`;
    const at = clock.now();
    return open(options, [
      { at, what: "resources", because, rebuilt: true },
      { at, what: "history", because, rebuilt: false },
    ]);
  }
}

async function open({ disk, file, clock }: SqliteOptions, losses: readonly Loss[]): Promise<Store> {
  const connection = connect(file);
  const { db } = connection;
  const sql: Sql = { db, engine: "sqlite" };
  try {
    checkPages(connection);
    const schema = await migrate(sql);
    const damage = await verify(sql);
    if (damage.length > 0) throw new StoreError("damaged", `the store is damaged: ${damage[0]!.because}`);
    if (await isBehind(sql, await readMark(disk, file)))
      throw new StoreError("damaged", "the store is damaged: what was acknowledged last is missing");
    if (losses.length > 0) await writeLosses(sql, losses);
    await writeMark(sql, disk, file);
    return sqlStore({
      sql,
      clock,
      schema,
      flushed: (inside) => writeMark(inside, disk, file),
      bytes: async () => (await disk.look(file))?.bytes,
      close: () => db.destroy(),
    });
  } catch (error) {
    await db.destroy().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
}

/**
 * Two processes that write one store would each believe the other's rows to be damage. A file beside it is held, not
 * the store itself, so that other threads of this process can read.
 */
function holdAlone(file: string): DatabaseSync {
  const raw = new DatabaseSync(`${file}.lock`, { timeout: 5000, allowExtension: false });
  try {
    raw.exec("pragma locking_mode = exclusive; pragma journal_mode = memory; pragma synchronous = off");
    raw.exec("begin exclusive; commit"); // holds nothing but the lock, so nothing needs to be flushed
    return raw;
  } catch (error) {
    raw.close();
    throw failureOf(error);
  }
}

function checkPages({ raw }: Connection): void {
  raw.exec("begin immediate; commit");
  const found = raw.prepare("pragma integrity_check(1)").get() as { readonly integrity_check?: string };
  if (found.integrity_check !== "ok")
    throw new StoreError("damaged", "the store is damaged: its pages do not agree");
}

export interface SqliteReader {
  /** Only what reads: a write is refused. */
  readonly store: Store;
  readonly damage: () => Promise<readonly Damage[]>;
  /** Whatever the work reads, it reads of one state. */
  readonly atOnce: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Beside the one that writes, which must have opened the file before. */
export function openSqliteReader(clock: SqliteOptions["clock"], file: string): SqliteReader {
  const { raw, db } = connect(file, { readOnly: true });
  const sql: Sql = { db, engine: "sqlite" };
  const store = sqlStore({ sql, clock, schema: 0, close: () => db.destroy() });
  return {
    store,
    damage: () => verify(sql),
    atOnce: async (work) => {
      try {
        raw.exec("begin");
        try {
          return await work();
        } finally {
          raw.exec("commit");
        }
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: store.close,
  };
}

function folderOf(file: string): string {
  const at = file.lastIndexOf("/");
  return at <= 0 ? "." : file.slice(0, at);
}

/** Beside the store, which batch of each cluster was acknowledged last: a log that is gone leaves no trace inside. */
async function writeMark(sql: Sql, disk: SqliteOptions["disk"], file: string): Promise<void> {
  const text = JSON.stringify(Object.fromEntries(await sequences(sql)));
  if (marks.get(disk)?.get(file) === text) return;
  await disk.write(`${file}.mark`, Buffer.from(text));
  const known = marks.get(disk) ?? new Map<string, string>();
  marks.set(disk, known.set(file, text));
}

/** What stands in the marks already. */
const marks = new WeakMap<object, Map<string, string>>();

async function sequences({ db }: Sql): Promise<readonly (readonly [string, number])[]> {
  const rows = await db.selectFrom("clusters").select(["cluster", "sequence"]).orderBy("cluster").execute();
  return rows.map(({ cluster, sequence }) => [cluster, sequence] as const);
}

async function readMark(
  { look, read }: SqliteOptions["disk"],
  file: string,
): Promise<ReadonlyMap<string, number>> {
  if ((await look(`${file}.mark`)) === undefined) return new Map();
  try {
    const value: unknown = JSON.parse(Buffer.from(await read(`${file}.mark`)).toString());
    return new Map(Object.entries(value as { readonly [cluster: string]: number }));
  } catch {
    return new Map(); // it only ever proves that something is missing
  }
}

async function isBehind(sql: Sql, mark: ReadonlyMap<string, number>): Promise<boolean> {
  const found = new Map(await sequences(sql));
  return [...mark].some(([cluster, sequence]) => (found.get(cluster) ?? 0) < sequence);
}
