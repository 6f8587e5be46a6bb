/**
 * Deletes what settings no longer keep: history and deliveries by age; states of the cluster by age down to one a day,
 * and beyond those, all. What is current, and its first sight, always stays. Age is told by a clock that people and
 * machines set: what was written after something young is young, whatever the clock said, and a clock that went on by
 * more than a day is believed only once it has held (`settled.ts`).
 */
import type { Retained, Retention } from "../store.ts";
import { StoreError } from "../error.ts";
import { take, writeTallies, type Tallied, type Tallies } from "./tally.ts";
import { oldSince } from "./marks.ts";
import { chunks } from "./rows.ts";
import { settledClock } from "./settled.ts";
import type { Sql } from "./tables.ts";

const day = 86_400_000;

export async function retain(sql: Sql, now: number, retention: Retention): Promise<Retained> {
  for (const value of Object.values(retention)) {
    if (!Number.isFinite(value) || value < 0)
      throw new StoreError("bad-query", "retention is given in days, 0 or more");
  }
  const total = { history: 0, scores: 0, versions: 0, deliveries: 0, batches: 0 };
  const ahead = await settledClock(sql, now);
  if (ahead > 0) return { ...total, ahead };
  const told: { [cluster: string]: number } = {};
  const clusters = await sql.db.selectFrom("clusters").select(["cluster", "sequence"]).execute();
  for (const { cluster, sequence } of clusters) {
    const old = await oldSince(sql, { cluster, sequence }, now, retention.historyDays * day);
    if (old > 0) told[cluster] = old;
    const tallies: Tallies = new Map();
    const before = now - retention.historyDays * day;
    const upTo = async (table: "history" | "scores"): Promise<number> =>
      oldest(sql, table, cluster, before, now);
    total.history += await dropHistory(sql, cluster, await upTo("history"), tallies);
    total.scores += await dropScores(sql, cluster, await upTo("scores"), tallies);
    total.batches += await thinBatches(sql, cluster, now, retention, tallies);
    total.versions += await dropVersions(sql, cluster, tallies);
    await writeTallies(sql, cluster, tallies);
  }
  const done = await sql.db
    .deleteFrom("outbox")
    .where("state", "<>", "waiting")
    .where("due_at", "<", now - retention.historyDays * day)
    .where("added_at", "<", now - retention.historyDays * day)
    .executeTakeFirst();
  const isTold = Object.keys(told).length > 0;
  return { ...total, deliveries: Number(done.numDeletedRows), ...(isTold ? { told } : {}) };
}

function dropped(tallies: Tallies, table: Tallied, rows: readonly { readonly sum: number }[]): number {
  for (const { sum } of rows) take(tallies, table, sum);
  return rows.length;
}

/**
 * Up to which sequence everything was written before a time; 0 for nothing. The order of batches is sure, their times are
 * not: what follows one of the time that is kept is kept, and what one of the future precedes is as old as what follows.
 */
async function oldest(
  { db }: Sql,
  table: "batches" | "history" | "scores",
  cluster: string,
  before: number,
  now: number,
): Promise<number> {
  const of = db.selectFrom(table).where("cluster", "=", cluster);
  const young = await of
    .where("at", ">=", before)
    .where("at", "<=", now)
    .select(({ fn }) => fn.min("sequence").as("sequence"))
    .executeTakeFirst();
  const first = young?.sequence ?? undefined;
  const old = await of
    .where("at", "<", before)
    .$if(first !== undefined, (query) => query.where("sequence", "<", first!))
    .select(({ fn }) => fn.max("sequence").as("sequence"))
    .executeTakeFirst();
  return old?.sequence ?? 0;
}

async function dropHistory({ db }: Sql, cluster: string, upTo: number, tallies: Tallies): Promise<number> {
  const rows = await db
    .deleteFrom("history")
    .where("cluster", "=", cluster)
    .where("sequence", "<=", upTo)
    .returning("sum")
    .execute();
  return dropped(tallies, "history", rows);
}

/** The last score of each framework before the limit stays: it still holds. */
async function dropScores({ db }: Sql, cluster: string, upTo: number, tallies: Tallies): Promise<number> {
  const rows = await db
    .deleteFrom("scores")
    .where("cluster", "=", cluster)
    .where("sequence", "<=", upTo)
    .where("sequence", "<", (eb) =>
      eb
        .selectFrom("scores as later")
        .select((inner) => inner.fn.max("later.sequence").as("sequence"))
        .where("later.cluster", "=", cluster)
        .whereRef("later.framework", "=", "scores.framework")
        .where("later.sequence", "<=", upTo),
    )
    .returning("sum")
    .execute();
  return dropped(tallies, "scores", rows);
}

/** The batches whose state is kept: those of the exact days, the last of each day before, and the last of all. */
async function thinBatches(
  sql: Sql,
  cluster: string,
  now: number,
  { exactDays, dailySnapshots }: Retention,
  tallies: Tallies,
): Promise<number> {
  const { db } = sql;
  const exactFrom = now - exactDays * day;
  const dailyFrom = (Math.floor(exactFrom / day) - dailySnapshots) * day;
  const old = await db
    .selectFrom("batches")
    .select(["sequence", "at"])
    .where("cluster", "=", cluster)
    .where("sequence", "<=", await oldest(sql, "batches", cluster, exactFrom, now))
    .orderBy("sequence")
    .execute();
  const last = await db
    .selectFrom("clusters")
    .select("sequence")
    .where("cluster", "=", cluster)
    .executeTakeFirstOrThrow();
  const lastOfDay = new Map(
    old.filter(({ at }) => at >= dailyFrom).map(({ sequence, at }) => [Math.floor(at / day), sequence]),
  );
  const kept = new Set([...lastOfDay.values(), last.sequence]);
  // What held when the exact days began is part of them.
  const bridge = old.at(-1)?.sequence;
  if (bridge !== undefined) kept.add(bridge);
  const drop = old.filter(({ sequence }) => !kept.has(sequence)).map(({ sequence }) => sequence);
  for (const group of chunks(drop, 500)) {
    const rows = await db
      .deleteFrom("batches")
      .where("cluster", "=", cluster)
      .where("sequence", "in", group)
      .returning("sum")
      .execute();
    dropped(tallies, "batches", rows);
  }
  return drop.length;
}

/** A version that lived in no kept state is never asked for again. */
async function dropVersions({ db }: Sql, cluster: string, tallies: Tallies): Promise<number> {
  const rows = await db
    .deleteFrom("versions")
    .where("cluster", "=", cluster)
    .where("ended", "is not", null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("batches")
            .select("batches.sequence")
            .where("batches.cluster", "=", cluster)
            .whereRef("batches.sequence", ">=", "versions.began")
            .whereRef("batches.sequence", "<", "versions.ended"),
        ),
      ),
    )
    .returning("sum")
    .execute();
  return dropped(tallies, "versions", rows);
}
