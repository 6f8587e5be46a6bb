/** Many rows in one statement: its text is made once for each table and number of rows. */
import { CompiledQuery } from "kysely";
import { keyLength, sealed, type Sealed, type Sql, type Tables } from "./tables.ts";

const most = 400;
const texts = new Map<string, string>();

/** All columns that are written, in the order of the statement. */
const columnsOf: { readonly [table: string]: readonly string[] } = {
  ...Object.fromEntries(Object.entries(sealed).map(([table, columns]) => [table, [...columns, "sum"]])),
  versions: [...sealed.versions, "body", "sum"],
  bodies: ["cluster", "id", "body"],
};

export type Existing = "fail" | "keep" | "replace";

/** Resolves with the number of rows written. `existing` says what happens where a row of the same key stands. */
export async function insertRows<T extends Sealed | "bodies">(
  sql: Sql,
  table: T,
  rows: readonly Omit<Tables[T], T extends "outbox" ? "id" : never>[],
  existing: Existing = "fail",
): Promise<number> {
  const columns = columnsOf[table] ?? [];
  let written = 0;
  for (const group of chunks(rows, most)) {
    const values = group.flatMap((row) =>
      columns.map((column) => (row as { [name: string]: unknown })[column]),
    );
    const text = textFor(sql.engine, table, columns, group.length, existing);
    const { numAffectedRows } = await sql.db.executeQuery(CompiledQuery.raw(text, values));
    written += Number(numAffectedRows ?? 0n);
  }
  return written;
}

function textFor(
  engine: Sql["engine"],
  table: Sealed | "bodies",
  columns: readonly string[],
  rows: number,
  existing: Existing,
): string {
  const key = `${engine} ${table} ${rows} ${existing}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const row = (index: number): string =>
    `(${columns.map((_, column) => placeholder(engine, index * columns.length + column)).join(",")})`;
  const values = Array.from({ length: rows }, (_, index) => row(index)).join(",");
  const text = `insert into ${table} (${columns.join(",")}) values ${values}${onConflict(table, columns, existing)}`;
  texts.set(key, text);
  return text;
}

function onConflict(table: Sealed | "bodies", columns: readonly string[], existing: Existing): string {
  if (existing === "fail") return "";
  const keys = columns.slice(0, table === "bodies" ? 2 : keyLength[table]);
  if (existing === "keep") return ` on conflict (${keys.join(",")}) do nothing`;
  const rest = columns.filter((column) => !keys.includes(column));
  return ` on conflict (${keys.join(",")}) do update set ${rest.map((column) => `${column} = excluded.${column}`).join(", ")}`;
}

export function placeholder(engine: Sql["engine"], index: number): string {
  return engine === "sqlite" ? "?" : `$${index + 1}`;
}

export function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
