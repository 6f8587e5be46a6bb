/**
 * One batch, inside a transaction. It may not write before it has refused what is to be refused, nor acknowledge
 * anything: that is for who ends the transaction.
 */
import { createHash } from "node:crypto";
import type { Acknowledgement, Batch } from "../batch.ts";
import { StoreError } from "../error.ts";
import { writeParts } from "./parts.ts";
import { writeResults } from "./results.ts";
import { checkRow, plain, seal, textOf } from "./seal.ts";
import { writeScores } from "./scores.ts";
import { newEntryRow } from "./outbox.ts";
import { insertRows } from "./rows.ts";
import type { Step } from "./step.ts";
import { writeTallies, add, take } from "./tally.ts";
import type { ClusterRow, Sql } from "./tables.ts";

export async function applyBatch(sql: Sql, batch: Batch): Promise<Acknowledgement> {
  const cluster = plain(batch.cluster);
  const before = await clusterRow(sql, cluster);
  const digest = digestOfBatch(batch);
  if (batch.sequence <= before.sequence) return repetition(sql, cluster, batch, digest);
  refuse(batch, before);
  const step: Step = { sql, batch, cluster, tallies: new Map() };
  await writeParts(step);
  const history = await writeResults(step);
  await writeScores(step);
  await writePositions(step);
  await insertRows(
    sql,
    "outbox",
    (batch.notices ?? []).map((entry) => newEntryRow(entry, batch.at)),
    "keep",
  );
  const { sequence, at, term } = batch;
  const row = seal("batches", { cluster, sequence, at, term, digest, history });
  await insertRows(sql, "batches", [row]);
  add(step.tallies, "batches", row.sum);
  const rebuild = batch.whole === true ? 0 : before.rebuild;
  await insertRows(sql, "clusters", [seal("clusters", { cluster, sequence, at, term, rebuild })], "replace");
  await writeTallies(sql, cluster, step.tallies);
  return { cluster: batch.cluster, sequence, repeated: false, history };
}

async function clusterRow({ db, engine }: Sql, cluster: string): Promise<ClusterRow> {
  const fresh = seal("clusters", { cluster, sequence: 0, at: 0, term: 0, rebuild: 0 });
  if (engine === "postgresql") {
    await db
      .insertInto("clusters")
      .values(fresh)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const query = db.selectFrom("clusters").selectAll().where("cluster", "=", cluster);
  const row = await (engine === "postgresql" ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) return fresh;
  checkRow("clusters", row);
  return row;
}

async function repetition(sql: Sql, cluster: string, batch: Batch, digest: string): Promise<Acknowledgement> {
  const { sequence } = batch;
  const row = await sql.db
    .selectFrom("batches")
    .select(["digest", "history"])
    .where("cluster", "=", cluster)
    .where("sequence", "=", sequence)
    .executeTakeFirst();
  if (row === undefined || row.digest !== digest) {
    throw new StoreError("conflict", `batch ${sequence} was already written with other content`);
  }
  return { cluster: batch.cluster, sequence, repeated: true, history: row.history };
}

function refuse({ sequence, term, at, changes, results }: Batch, before: ClusterRow): void {
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(term) || !Number.isSafeInteger(at)) {
    throw new StoreError("bad-query", "a batch's sequence, term and time must be whole numbers");
  }
  if (term < before.term) {
    throw new StoreError("conflict", `a writer of term ${before.term} has taken over from term ${term}`);
  }
  if (sequence !== before.sequence + 1) {
    throw new StoreError("out-of-order", `batch ${sequence} was sent, ${before.sequence + 1} is next`);
  }
  const known = changes?.length ?? 0;
  if (results?.some(({ by }) => by !== undefined && !(by >= 0 && by < known)) === true) {
    throw new StoreError("bad-query", "a result names a change that the batch does not hold");
  }
}

/** Piece by piece: the whole of a first batch need not fit into one text. */
function digestOfBatch(batch: Batch): string {
  const { parts = [], results = [], ...rest } = batch;
  const hash = createHash("sha256").update(textOf(rest));
  for (const part of parts) hash.update("\n").update(textOf(part));
  for (const result of results) hash.update("\r").update(textOf(result));
  return hash.digest("base64url");
}

async function writePositions({ sql, cluster, batch, tallies }: Step): Promise<void> {
  const entries = Object.entries(batch.positions ?? {});
  if (entries.length === 0) return;
  const before = await sql.db.selectFrom("positions").selectAll().where("cluster", "=", cluster).execute();
  const sums = new Map(before.map(({ kind, sum }) => [kind, sum]));
  const rows = entries.map(([kind, version]) =>
    seal("positions", { cluster, kind: plain(kind), resource_version: plain(version) }),
  );
  for (const { kind, sum } of rows) {
    const old = sums.get(kind);
    if (old !== undefined) take(tallies, "positions", old);
    add(tallies, "positions", sum);
  }
  await insertRows(sql, "positions", rows, "replace");
}
