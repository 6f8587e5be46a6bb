/** The store over an open database of either engine. */
import type { Clock } from "@plimsoll/cluster";
import { StoreError, type Loss } from "../error.ts";
import type { Health, Standing, Store } from "../store.ts";
import { applyBatch } from "./commit.ts";
import { documents, putDocument } from "./documents.ts";
import { failureOf } from "./failure.ts";
import { finding, findings, groups, history, historySince } from "./findings.ts";
import { outboxOf } from "./outbox.ts";
import { currentParts, snapshotAt } from "./parts.ts";
import { writeQueue } from "./queue.ts";
import { retain } from "./retain.ts";
import { scores } from "./scores.ts";
import { checkRow, plain } from "./seal.ts";
import { verify } from "./verify.ts";
import { isRebuilt, readLosses, writeLosses } from "./losses.ts";
import type { Sql } from "./tables.ts";

export interface Backing {
  readonly sql: Sql;
  readonly clock: Pick<Clock, "now">;
  readonly schema: number;
  /** Bytes on disk, where the engine tells. */
  readonly bytes?: () => Promise<number | undefined>;
  /** Called after each transaction, before it is acknowledged. */
  readonly flushed?: (sql: Sql) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function sqlStore({ sql, clock, schema, bytes, flushed, close }: Backing): Store {
  const queue = writeQueue(sql, () => flushed?.(sql));
  let closed = false;
  /** Reads: after `close` they are refused, and an engine's error is told in our words. */
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new StoreError("closed", "the store is closed");
    try {
      return await work();
    } catch (error) {
      throw failureOf(error);
    }
  };
  const outbox = outboxOf(sql, clock, queue.run);
  return {
    commit: (batch) => queue.run((inside) => applyBatch(inside, batch)),
    standing: (cluster) => read(() => standing(sql, cluster)),
    clusters: () => read(() => clusters(sql)),
    parts: (cluster, part, after, limit) => read(() => currentParts(sql, cluster, part, after, limit)),
    findings: (query) => read(() => findings(sql, query)),
    groups: (query, by) => read(() => groups(sql, query, by)),
    finding: (cluster, id, visible) => read(() => finding(sql, cluster, id, visible)),
    history: (cluster, id, visible) => read(() => history(sql, cluster, id, visible)),
    historySince: (...request) => read(() => historySince(sql, ...request)),
    scores: (cluster, range, framework) => read(() => scores(sql, cluster, range, framework)),
    snapshotAt: (cluster, at) => read(() => snapshotAt(sql, cluster, at)),
    documents: (kind) => read(() => documents(sql, kind)),
    putDocument: (change) => queue.run((inside) => putDocument(inside, clock.now(), change)),
    outbox: { ...outbox, counts: () => read(outbox.counts) },
    retain: (retention) => queue.run((inside) => retain(inside, clock.now(), retention)),
    verify: () => read(() => verifyAndTell(sql, clock.now(), queue.run)),
    health: () => read(() => health(sql, schema, bytes, queue)),
    close: async () => {
      if (closed) return;
      closed = true;
      await queue.close();
      await close();
    },
  };
}

async function standing({ db }: Sql, cluster: string): Promise<Standing | undefined> {
  const name = plain(cluster);
  const row = await db.selectFrom("clusters").selectAll().where("cluster", "=", name).executeTakeFirst();
  if (row === undefined) return undefined;
  checkRow("clusters", row);
  const rows = await db.selectFrom("positions").selectAll().where("cluster", "=", name).execute();
  for (const position of rows) checkRow("positions", position);
  return {
    cluster,
    sequence: row.sequence,
    at: row.at,
    term: row.term,
    // Positions of a store that lost rows would skip what was lost: the writer is to list anew.
    positions:
      row.rebuild === 1
        ? {}
        : Object.fromEntries(rows.map(({ kind, resource_version }) => [kind, resource_version])),
    rebuild: row.rebuild === 1,
  };
}

async function clusters({ db }: Sql): Promise<readonly string[]> {
  const rows = await db.selectFrom("clusters").select("cluster").orderBy("cluster").execute();
  return rows.map(({ cluster }) => cluster);
}

async function verifyAndTell(
  sql: Sql,
  now: number,
  run: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>,
): Promise<readonly Loss[]> {
  const damage = await withoutWrites(sql, run, verify);
  const losses = damage.map(({ table, because, rows }): Loss => ({
    at: now,
    what: table,
    because,
    rebuilt: isRebuilt(table),
    ...(rows === undefined ? {} : { rows }),
  }));
  if (losses.length > 0) await run((inside) => writeLosses(inside, losses));
  return losses;
}

/** No write may come between the rows and their tallies: SQLite has one writer, PostgreSQL keeps a reader's view. */
function withoutWrites<T>(
  sql: Sql,
  run: (work: (sql: Sql) => Promise<T>) => Promise<T>,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  if (sql.engine === "sqlite") return run(work);
  return sql.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute((db) => work({ db, engine: sql.engine }));
}

async function health(
  sql: Sql,
  schema: number,
  bytes: Backing["bytes"],
  queue: ReturnType<typeof writeQueue>,
): Promise<Health> {
  const [size, losses] = await Promise.all([bytes?.(), readLosses(sql).catch(unread)]);
  const trouble = losses instanceof StoreError ? losses : queue.trouble();
  return {
    engine: sql.engine,
    schema,
    writable: trouble === undefined,
    ...(trouble === undefined ? {} : { because: trouble.message }),
    ...(size === undefined ? {} : { bytes: size }),
    waiting: queue.waiting(),
    losses: losses instanceof StoreError ? [] : losses,
  };
}

/** A store that cannot be asked says at least why. */
function unread(error: unknown): StoreError {
  const failure = failureOf(error);
  if (failure instanceof StoreError) return failure;
  throw failure;
}
