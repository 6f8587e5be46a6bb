/** Lists, counts and looks up current results and their history. */
import { sql as text, type SqlBool } from "kysely";
import type { Result } from "@plimsoll/core";
import type { Change, Place } from "../batch.ts";
import type { FindingQuery, Group, GroupKey, Page, SortKey, Visible } from "../query.ts";
import type { HistoryEntry, HistoryKind, StoredResult } from "../store.ts";
import { conditionsOf, seen } from "./filter.ts";
import { bad, limits } from "./limit.ts";
import { readCursor, writeCursor, type Order } from "./cursor.ts";
import { ranks } from "./results.ts";
import { checkBody, checkRow, damaged, plain } from "./seal.ts";
import { chunks } from "./rows.ts";
import type { HistoryRow, ResultRow, Sql } from "./tables.ts";

const sortColumns: { readonly [K in SortKey]: keyof ResultRow } = {
  severity: "severity",
  lastChanged: "last_changed",
  firstSeen: "first_seen",
  namespace: "namespace",
  name: "name",
  control: "control",
  kind: "kind",
  cluster: "cluster",
  id: "id",
};

const groupColumns: { readonly [K in GroupKey]: keyof ResultRow } = {
  severity: "severity",
  outcome: "outcome",
  control: "control",
  namespace: "namespace",
  kind: "kind",
  place: "place",
  cluster: "cluster",
  workload: "workload",
  edit: "edit",
  team: "team",
};

export async function findings(sql: Sql, query: FindingQuery): Promise<Page<StoredResult>> {
  const { sort = "severity", descending = false, limit = 50 } = query;
  if (!Object.hasOwn(sortColumns, sort)) throw bad("there is no such order");
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.page) {
    throw bad(`a page has 1 to ${limits.page} findings`);
  }
  const order: Order = { sort, descending };
  const column = sortColumns[sort];
  const way = descending ? "desc" : "asc";
  let select = sql.db
    .selectFrom("results")
    .selectAll()
    .where((eb) => eb.and(conditionsOf(eb, sql.engine, query)));
  if (query.cursor !== undefined) {
    const { value, cluster, id } = readCursor(query.cursor, order);
    const after = text`(${text.ref(column)}, cluster, id)`;
    const place = text`(${value}, ${cluster}, ${id})`;
    select = select.where(
      descending ? text<SqlBool>`${after} < ${place}` : text<SqlBool>`${after} > ${place}`,
    );
  }
  const rows = await select
    .orderBy(column, way)
    .orderBy("cluster", way)
    .orderBy("id", way)
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = await withBodies(sql, shown);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: writeCursor(order, { value: last[column], cluster: last.cluster, id: last.id }) };
}

async function withBodies({ db }: Sql, rows: readonly ResultRow[]): Promise<readonly StoredResult[]> {
  const bodies = new Map<string, string>();
  const key = (cluster: string, id: string): string => JSON.stringify([cluster, id]);
  for (const group of chunks(rows, 250)) {
    const pairs = group.map(({ cluster, id }) => text`(${cluster}, ${id})`);
    const found = await db
      .selectFrom("bodies")
      .selectAll()
      .where(text<SqlBool>`(cluster, id) in (values ${text.join(pairs)})`)
      .execute();
    for (const { cluster, id, body } of found) bodies.set(key(cluster, id), body);
  }
  return rows.map((row) => storedOf(row, bodies.get(key(row.cluster, row.id))));
}

function storedOf(row: ResultRow, body: string | undefined): StoredResult {
  checkRow("results", row);
  if (body === undefined) throw damaged("results");
  checkBody(row.content, body);
  return {
    cluster: row.cluster,
    result: JSON.parse(body) as Result,
    ...(row.place === "" ? {} : { place: row.place as Place }),
    firstSeen: row.first_seen,
    lastChanged: row.last_changed,
  };
}

export async function groups(sql: Sql, query: FindingQuery, by: GroupKey): Promise<readonly Group[]> {
  if (!Object.hasOwn(groupColumns, by)) throw bad("there is no such group");
  const column = groupColumns[by];
  const rows = await sql.db
    .selectFrom("results")
    .select([column, (eb) => eb.fn.countAll<number>().as("count")])
    .where((eb) => eb.and(conditionsOf(eb, sql.engine, query)))
    .groupBy(column)
    .execute();
  return rows
    .map((row) => {
      const value = row[column as keyof typeof row] as string | number;
      const key = by === "severity" ? (ranks[Number(value)] ?? "") : String(value);
      return { key, count: Number(row.count) };
    })
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

export async function finding(
  sql: Sql,
  cluster: string,
  id: string,
  visible?: Visible,
): Promise<StoredResult | undefined> {
  let query = sql.db
    .selectFrom("results")
    .selectAll()
    .where("cluster", "=", plain(cluster))
    .where("id", "=", plain(id));
  if (visible !== undefined) query = query.where(seen(visible, true));
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : (await withBodies(sql, [row]))[0];
}

export async function history(
  { db }: Sql,
  cluster: string,
  id: string,
  visible?: Visible,
): Promise<readonly HistoryEntry[]> {
  let query = db
    .selectFrom("history")
    .selectAll()
    .where("cluster", "=", plain(cluster))
    .where("id", "=", plain(id));
  if (visible !== undefined) query = query.where(seen(visible));
  const rows = await query.orderBy("sequence").orderBy("ordinal").execute();
  return rows.map(entryOf);
}

export async function historySince(
  { db }: Sql,
  cluster: string,
  sequence: number,
  limit: number,
  visible?: Visible,
): Promise<readonly HistoryEntry[]> {
  let query = db
    .selectFrom("history")
    .selectAll()
    .where("cluster", "=", plain(cluster))
    .where("sequence", ">", sequence);
  if (visible !== undefined) query = query.where(seen(visible));
  const rows = await query
    .orderBy("sequence")
    .orderBy("ordinal")
    .limit(Math.max(1, Math.min(limit, 10_000)))
    .execute();
  return rows.map(entryOf);
}

function entryOf(row: HistoryRow): HistoryEntry {
  checkRow("history", row);
  return {
    cluster: row.cluster,
    sequence: row.sequence,
    at: row.at,
    id: row.id,
    kind: row.kind as HistoryKind,
    control: row.control,
    namespace: row.namespace,
    severity: ranks[row.severity] ?? "critical",
    because: row.because,
    ...(row.cause === "" ? {} : { by: JSON.parse(row.cause) as Change }),
  };
}
