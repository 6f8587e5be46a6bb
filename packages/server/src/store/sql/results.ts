/** Current results, and what each change of one means for the history of its finding. */
import type { Result, Severity } from "@plimsoll/core";
import type { Change, ResultChange } from "../batch.ts";
import type { HistoryKind } from "../store.ts";
import type { Step } from "./step.ts";
import { chunks, insertRows } from "./rows.ts";
import { digestOf, plain, seal, textOf } from "./seal.ts";
import { add, take } from "./tally.ts";
import type { BodyRow, HistoryRow, ResultRow, Sql } from "./tables.ts";

/** Core's order, written out: importing it would load all of core into the store's threads. A test holds them equal. */
export const ranks = ["critical", "high", "medium", "low"] as const satisfies readonly Severity[];

type Before = Pick<ResultRow, (typeof compared)[number]>;

const compared = [
  "id",
  "control",
  "namespace",
  "severity",
  "outcome",
  "exception",
  "place",
  "first_seen",
  "last_changed",
  "said",
  "content",
  "sum",
] as const;

/** Resolves with the number of entries that the history gained. */
export async function writeResults(step: Step): Promise<number> {
  const { batch } = step;
  const wanted = new Map((batch.results ?? []).map((change) => [plain(change.id), change]));
  let ordinal = 0;
  for (const ids of chunks([...wanted.keys()], 400)) {
    ordinal = await writeChunk(step, ids, wanted, ordinal);
  }
  return batch.whole === true ? removeUnnamed(step, wanted, ordinal) : ordinal;
}

async function writeChunk(
  step: Step,
  ids: readonly string[],
  wanted: ReadonlyMap<string, ResultChange>,
  ordinal: number,
): Promise<number> {
  const { sql, cluster, tallies } = step;
  const rows = await beforeRows(sql, cluster).where("id", "in", ids).execute();
  const before = new Map(rows.map((row) => [row.id, row]));
  const history: HistoryRow[] = [];
  const written: ResultRow[] = [];
  const bodies: BodyRow[] = [];
  const removed: Before[] = [];
  for (const id of ids) {
    const change = wanted.get(id);
    const old = before.get(id);
    if (change?.result === undefined) {
      if (old !== undefined) removed.push(old);
      continue;
    }
    const body = textOf(change.result);
    const row = rowOf(step, id, change.result, change, digestOf(body), old);
    if (old?.content === row.content && old.place === row.place) continue;
    for (const kind of kindsOf(old, row)) {
      history.push(
        entryOf(step, row, kind, ordinal + history.length, change.result.because, causeOf(step, change)),
      );
    }
    if (old !== undefined) take(tallies, "results", old.sum);
    add(tallies, "results", row.sum);
    written.push(row);
    bodies.push({ cluster, id, body });
  }
  await insertRows(sql, "results", written, "replace");
  await insertRows(sql, "bodies", bodies, "replace");
  await writeHistory(step, history);
  return removeRows(step, removed, ordinal + history.length, wanted);
}

function beforeRows({ db }: Sql, cluster: string) {
  return db.selectFrom("results").select(compared).where("cluster", "=", cluster);
}

function rowOf(
  { cluster, batch }: Step,
  id: string,
  result: Result,
  change: ResultChange,
  content: string,
  old: Before | undefined,
): ResultRow {
  const { resource, workload } = result;
  const outcome = result.result;
  const exception = plain(result.exception?.id ?? "");
  const said = digestOf(
    textOf([result.because, result.value ?? null, result.severity, result.container ?? null]),
  );
  const same = old?.outcome === outcome && old.exception === exception && old.said === said;
  const place = workload ?? resource;
  return seal("results", {
    cluster,
    id,
    control: plain(result.control),
    outcome,
    severity: ranks.indexOf(result.severity),
    kind: plain(resource.kind),
    namespace: plain(resource.namespace),
    name: plain(resource.name),
    workload: plain(`${place.apiVersion}/${place.kind}/${place.namespace}/${place.name}`),
    edit: plain(result.edit ?? ""),
    place: change.place ?? "",
    team: plain(result.team ?? ""),
    exception,
    first_seen: old?.first_seen ?? batch.at,
    last_changed: same ? old.last_changed : batch.at,
    haystack: plain(`${id}\n${result.because}`).toLowerCase(),
    said,
    content,
  });
}

/** What becomes of a finding: nothing, where it was none and is none. */
export function kindsOf(
  before: Pick<ResultRow, "outcome" | "exception" | "said"> | undefined,
  after: Pick<ResultRow, "outcome" | "exception" | "said"> | undefined,
): readonly HistoryKind[] {
  const failed = before?.outcome === "fail";
  if (after === undefined) return failed ? ["gone"] : [];
  if (after.outcome !== "fail") {
    if (!failed) return [];
    return [after.outcome === "unknown" ? "lost" : "fixed"];
  }
  if (!failed) return after.exception === "" ? ["opened"] : ["opened", "excepted"];
  if (before.exception !== after.exception) return [after.exception === "" ? "exception-ended" : "excepted"];
  return before.said === after.said ? [] : ["changed"];
}

function causeOf({ batch }: Step, change: ResultChange | undefined): Change | undefined {
  return change?.by === undefined ? undefined : batch.changes?.[change.by];
}

function entryOf(
  { cluster, batch }: Step,
  { id, control, namespace, severity }: Pick<ResultRow, "id" | "control" | "namespace" | "severity">,
  kind: HistoryKind,
  ordinal: number,
  because: string,
  cause: Change | undefined,
): HistoryRow {
  return seal("history", {
    cluster,
    sequence: batch.sequence,
    ordinal,
    id,
    at: batch.at,
    kind,
    control,
    namespace,
    severity,
    because: plain(because),
    cause: cause === undefined ? "" : textOf(cause),
  });
}

async function writeHistory({ sql, tallies }: Step, rows: readonly HistoryRow[]): Promise<void> {
  for (const { sum } of rows) add(tallies, "history", sum);
  await insertRows(sql, "history", rows);
}

async function removeRows(
  step: Step,
  rows: readonly Before[],
  ordinal: number,
  wanted: ReadonlyMap<string, ResultChange>,
): Promise<number> {
  const { sql, cluster, tallies } = step;
  const history: HistoryRow[] = [];
  for (const row of rows) {
    take(tallies, "results", row.sum);
    for (const kind of kindsOf(row, undefined)) {
      const cause = causeOf(step, wanted.get(row.id));
      history.push(entryOf(step, row, kind, ordinal + history.length, "its place is gone", cause));
    }
  }
  for (const group of chunks(rows, 400)) {
    const ids = group.map(({ id }) => id);
    await sql.db.deleteFrom("results").where("cluster", "=", cluster).where("id", "in", ids).execute();
    await sql.db.deleteFrom("bodies").where("cluster", "=", cluster).where("id", "in", ids).execute();
  }
  await writeHistory(step, history);
  return ordinal + history.length;
}

async function removeUnnamed(
  step: Step,
  named: ReadonlyMap<string, ResultChange>,
  ordinal: number,
): Promise<number> {
  let after = "";
  let count = ordinal;
  for (;;) {
    const rows = await beforeRows(step.sql, step.cluster)
      .where("id", ">", after)
      .orderBy("id")
      .limit(2000)
      .execute();
    count = await removeRows(
      step,
      rows.filter(({ id }) => !named.has(id)),
      count,
      named,
    );
    const last = rows.at(-1);
    if (last === undefined) return count;
    after = last.id;
  }
}
