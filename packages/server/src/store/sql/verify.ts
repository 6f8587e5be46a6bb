/** Reads every row and compares it with its checksum, and every table with its tally. */
import { crc32 } from "node:zlib";
import { sql as text, type SqlBool } from "kysely";
import { digestOf, sumOf, type Unsealed } from "./seal.ts";
import { modulus, tallied, type Tallied } from "./tally.ts";
import { keyLength, sealed, type Sealed, type Sql, type VersionRow } from "./tables.ts";

/** A table that does not hold what was written to it. */
export interface Damage {
  readonly table: string;
  readonly because: string;
  /** Rows that are wrong or missing, where it can be told. */
  readonly rows?: number;
}

type Row = { readonly [column: string]: unknown; readonly sum: number };

export async function verify(sql: Sql): Promise<readonly Damage[]> {
  const damage: Damage[] = [];
  for (const table of Object.keys(sealed) as Sealed[]) damage.push(...(await verifyTable(sql, table)));
  damage.push(...(await verifyBodies(sql)));
  return damage;
}

async function verifyTable(sql: Sql, table: Sealed): Promise<readonly Damage[]> {
  const found = new Map<string, { rows: number; mix: number }>();
  let wrong = 0;
  for await (const row of rowsOf(sql, table)) {
    if (!isWhole(table, row)) wrong += 1;
    const cluster = String(row["cluster"]);
    const tally = found.get(cluster) ?? { rows: 0, mix: 0 };
    found.set(cluster, { rows: tally.rows + 1, mix: (tally.mix + row.sum) % modulus });
  }
  if (wrong > 0) return [{ table, because: `rows do not match their checksums`, rows: wrong }];
  if (!(tallied as readonly string[]).includes(table)) return [];
  return compareTallies(sql, table as Tallied, found);
}

export function isWhole(table: Sealed, row: Row): boolean {
  if (sumOf(table, row as unknown as Unsealed<Sealed>) !== row.sum) return false;
  if (table !== "versions") return true;
  const { body, body_sum } = row as unknown as VersionRow;
  return body instanceof Uint8Array && crc32(body) === body_sum;
}

async function compareTallies(
  { db }: Sql,
  table: Tallied,
  found: ReadonlyMap<string, { readonly rows: number; readonly mix: number }>,
): Promise<readonly Damage[]> {
  const expected = await db.selectFrom("tallies").selectAll().where("name", "=", table).execute();
  const damage: Damage[] = [];
  const clusters = new Set([...found.keys(), ...expected.map(({ cluster }) => cluster)]);
  for (const cluster of clusters) {
    const wanted = expected.find((row) => row.cluster === cluster) ?? { rows: 0, mix: 0 };
    const there = found.get(cluster) ?? { rows: 0, mix: 0 };
    if (wanted.rows === there.rows && wanted.mix === there.mix) continue;
    const rows = Math.abs(wanted.rows - there.rows);
    damage.push({ table, because: `${there.rows} rows are there, ${wanted.rows} were written`, rows });
  }
  return damage;
}

/** Page by page along the key, so that neither engine holds a table in memory. */
async function* rowsOf({ db }: Sql, table: Sealed): AsyncGenerator<Row> {
  const keys: readonly string[] = sealed[table].slice(0, keyLength[table]);
  let after: readonly unknown[] | undefined;
  for (;;) {
    const refs = text.join(keys.map((key) => text.ref(key)));
    const where =
      after === undefined ? text<SqlBool>`1 = 1` : text<SqlBool>`(${refs}) > (${text.join([...after])})`;
    const { rows } =
      await text<Row>`select * from ${text.table(table)} where ${where} order by ${refs} limit 1000`.execute(
        db,
      );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = keys.map((key) => last[key]);
  }
}

async function verifyBodies({ db }: Sql): Promise<readonly Damage[]> {
  let wrong = 0;
  let after = { cluster: "", id: "" };
  for (;;) {
    const { cluster, id } = after;
    const rows = await db
      .selectFrom("results")
      .leftJoin("bodies", (join) =>
        join.onRef("bodies.cluster", "=", "results.cluster").onRef("bodies.id", "=", "results.id"),
      )
      .select(["results.cluster", "results.id", "results.content", "bodies.body"])
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple("results.cluster", "results.id"), ">", tuple(cluster, id)),
      )
      .orderBy("results.cluster")
      .orderBy("results.id")
      .limit(1000)
      .execute();
    wrong += rows.filter(({ body, content }) => body === null || digestOf(body) !== content).length;
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last;
  }
  return wrong === 0 ? [] : [{ table: "bodies", because: "results do not match their digests", rows: wrong }];
}
