/** What was lost, kept with what remains; and the mark that makes a writer send a cluster whole. */
import type { Loss } from "../error.ts";
import { checkRow, seal } from "./seal.ts";
import type { Sql } from "./tables.ts";

/** Tables whose content the cluster still knows. */
const known: ReadonlySet<string> = new Set(["results", "bodies", "positions", "clusters", "batches"]);

/** Versions are both: what is current comes back, what was is gone. So they count as lost. */
export function isRebuilt(table: string): boolean {
  return known.has(table);
}

/** Also marks every cluster: its findings count as incomplete until a whole batch came. */
export async function writeLosses(sql: Sql, losses: readonly Loss[]): Promise<void> {
  for (const { at, what, rows, because, rebuilt } of losses) {
    await sql.db
      .insertInto("losses")
      .values({ at, what, rows: rows ?? null, because, rebuilt: rebuilt ? 1 : 0 })
      .execute();
  }
  for (const row of await sql.db.selectFrom("clusters").selectAll().execute()) {
    checkRow("clusters", row);
    const { sum: _, ...rest } = row;
    await sql.db
      .updateTable("clusters")
      .set(seal("clusters", { ...rest, rebuild: 1 }))
      .where("cluster", "=", row.cluster)
      .execute();
  }
}

export async function readLosses({ db }: Sql): Promise<readonly Loss[]> {
  const rows = await db.selectFrom("losses").selectAll().orderBy("id").limit(1000).execute();
  return rows.map(({ at, what, rows: count, because, rebuilt }) => ({
    at,
    what,
    ...(count === null ? {} : { rows: count }),
    because,
    rebuilt: rebuilt === 1,
  }));
}
