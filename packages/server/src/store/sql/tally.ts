/**
 * How many rows a table has for a cluster and the sum of their checksums, kept with every change: a row that is
 * missing, or there twice, is seen as surely as one that changed.
 */
import { sql as text } from "kysely";
import type { Sealed, Sql } from "./tables.ts";

export const modulus = 2 ** 40;

/** Tables whose rows are counted. */
export const tallied = [
  "results",
  "versions",
  "history",
  "scores",
  "batches",
  "positions",
] as const satisfies Sealed[];

export type Tallied = (typeof tallied)[number];

export interface Tally {
  rows: number;
  mix: number;
}

export type Tallies = Map<Tallied, Tally>;

export function add(tallies: Tallies, table: Tallied, sum: number): void {
  count(tallies, table, 1, sum);
}

export function take(tallies: Tallies, table: Tallied, sum: number): void {
  count(tallies, table, -1, modulus - sum);
}

function count(tallies: Tallies, table: Tallied, rows: number, mix: number): void {
  const tally = tallies.get(table) ?? { rows: 0, mix: 0 };
  tally.rows += rows;
  tally.mix = (tally.mix + mix) % modulus;
  tallies.set(table, tally);
}

export async function writeTallies({ db }: Sql, cluster: string, tallies: Tallies): Promise<void> {
  for (const [name, { rows, mix }] of tallies) {
    await db
      .insertInto("tallies")
      .values({ cluster, name, rows, mix })
      .onConflict((conflict) =>
        conflict.columns(["cluster", "name"]).doUpdateSet({
          rows: text<number>`tallies.rows + excluded.rows`,
          mix: text<number>`(tallies.mix + excluded.mix) % ${text.lit(modulus)}`,
        }),
      )
      .execute();
  }
}
