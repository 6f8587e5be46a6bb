/** Posture scores over time: a row where a framework's counts changed. */
import type { FrameworkScore } from "@plimsoll/core";
import type { Range, ScoreEntry } from "../store.ts";
import type { Step } from "./step.ts";
import { insertRows } from "./rows.ts";
import { checkRow, plain, seal, textOf } from "./seal.ts";
import { add } from "./tally.ts";
import type { ScoreRow, Sql } from "./tables.ts";

export async function writeScores({ sql, cluster, batch, tallies }: Step): Promise<void> {
  const rows: ScoreRow[] = [];
  for (const score of batch.scores ?? []) {
    const framework = plain(score.id);
    const body = textOf(score);
    const last = await sql.db
      .selectFrom("scores")
      .select("body")
      .where("cluster", "=", cluster)
      .where("framework", "=", framework)
      .orderBy("sequence", "desc")
      .limit(1)
      .executeTakeFirst();
    if (last?.body === body) continue;
    const { sequence, at } = batch;
    rows.push(seal("scores", { cluster, framework, sequence, at, body }));
  }
  for (const { sum } of rows) add(tallies, "scores", sum);
  await insertRows(sql, "scores", rows);
}

export async function scores(
  { db }: Sql,
  cluster: string,
  range: Range,
  framework?: string,
): Promise<readonly ScoreEntry[]> {
  let query = db
    .selectFrom("scores")
    .selectAll()
    .where("cluster", "=", plain(cluster))
    .where("at", "<=", range.to);
  if (framework !== undefined) query = query.where("framework", "=", plain(framework));
  const rows = await query.orderBy("framework").orderBy("sequence").execute();
  return rows
    .filter((row, index) => {
      const next = rows[index + 1];
      return row.at >= range.from || next?.framework !== row.framework || next.at > range.from;
    })
    .map(entryOf);
}

function entryOf(row: ScoreRow): ScoreEntry {
  checkRow("scores", row);
  return { ...(JSON.parse(row.body) as FrameworkScore), at: row.at, sequence: row.sequence };
}
