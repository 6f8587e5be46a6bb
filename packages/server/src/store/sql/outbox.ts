/** The notifiers' queue: added with the change it tells of, and kept until it is delivered or given up. */
import type { Clock } from "@plimsoll/cluster";
import type { Entry, NewEntry } from "../outbox.ts";
import type { Outbox } from "../store.ts";
import { insertRows } from "./rows.ts";
import { checkRow, plain, seal, textOf } from "./seal.ts";
import type { OutboxRow, Sql } from "./tables.ts";

/** Milliseconds; more than any lease or wait between two tries. */
const longestPutOff = 86_400_000;

/** A row as it is read: its number is there. */
type Row = Omit<OutboxRow, "id"> & { readonly id: number };

export function newEntryRow(entry: NewEntry, now: number): Omit<OutboxRow, "id"> {
  return seal("outbox", {
    channel: plain(entry.channel),
    dedup: plain(entry.dedup),
    cluster: plain(entry.cluster),
    body: textOf(entry.body),
    state: "waiting",
    attempts: 0,
    due_at: entry.notBefore ?? now,
    added_at: now,
    last_error: "",
  });
}

/** `change` runs what it is given in a transaction of its own, one after the other. */
export function outboxOf(
  sql: Sql,
  clock: Pick<Clock, "now">,
  change: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>,
): Outbox {
  return {
    add: (entries) =>
      change((inside) =>
        insertRows(
          inside,
          "outbox",
          entries.map((entry) => newEntryRow(entry, clock.now())),
          "keep",
        ),
      ),
    claim: (channel, limit, lease) => change((inside) => claim(inside, clock.now(), channel, limit, lease)),
    delivered: (ids) =>
      change(async (inside) => {
        for (const id of ids)
          await settle(inside, id, { state: "delivered", due_at: clock.now(), last_error: "" });
      }),
    failed: (id, because, next) =>
      change((inside) =>
        settle(inside, id, {
          state: next === "give-up" ? "dead" : "waiting",
          due_at: next === "give-up" ? clock.now() : next.at,
          last_error: plain(because).slice(0, 500),
        }),
      ),
    counts: () => counts(sql),
  };
}

async function claim(
  sql: Sql,
  now: number,
  channel: string | undefined,
  limit: number,
  lease: number,
): Promise<readonly Entry[]> {
  let query = sql.db
    .selectFrom("outbox")
    .selectAll()
    .where("state", "=", "waiting")
    // What nobody tried and was due at once is due whatever the clock says now: it may have been set back since.
    .where(({ eb, and, or }) =>
      or([
        eb("due_at", "<=", now),
        and([eb("attempts", "=", 0), eb("due_at", "=", eb.ref("added_at"))]),
        // What was tried is put off for less than a day: what is due later was reckoned by such a clock too.
        and([eb("attempts", ">", 0), eb("due_at", ">", now + longestPutOff)]),
      ]),
    );
  if (channel !== undefined) query = query.where("channel", "=", plain(channel));
  query = query
    .orderBy("due_at")
    .orderBy("id")
    .limit(Math.max(0, Math.min(limit, 1000)));
  const rows: readonly Row[] = await (
    sql.engine === "postgresql" ? query.forUpdate().skipLocked() : query
  ).execute();
  const entries: Entry[] = [];
  for (const row of rows) {
    checkRow("outbox", row);
    await write(sql, { ...row, attempts: row.attempts + 1, due_at: now + lease });
    entries.push(entryOf(row));
  }
  return entries;
}

function entryOf(row: Row): Entry {
  return {
    id: row.id,
    channel: row.channel,
    dedup: row.dedup,
    cluster: row.cluster,
    body: JSON.parse(row.body) as unknown,
    attempts: row.attempts + 1,
    addedAt: row.added_at,
    ...(row.last_error === "" ? {} : { lastError: row.last_error }),
  };
}

async function settle(
  sql: Sql,
  id: number,
  change: Pick<OutboxRow, "state" | "due_at" | "last_error">,
): Promise<void> {
  const row: Row | undefined = await sql.db
    .selectFrom("outbox")
    .selectAll()
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .executeTakeFirst();
  if (row === undefined) return; // settled by whoever claimed it after us
  checkRow("outbox", row);
  await write(sql, { ...row, ...change });
}

async function write({ db }: Sql, row: Row): Promise<void> {
  const { id, sum: _, ...rest } = row;
  const { state, attempts, due_at, last_error, sum } = seal("outbox", rest);
  await db
    .updateTable("outbox")
    .set({ state, attempts, due_at, last_error, sum })
    .where("id", "=", id)
    .execute();
}

async function counts({ db }: Sql): Promise<Awaited<ReturnType<Outbox["counts"]>>> {
  const rows = await db
    .selectFrom("outbox")
    .select(["state", (eb) => eb.fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { waiting: of("waiting"), delivered: of("delivered"), dead: of("dead") };
}
