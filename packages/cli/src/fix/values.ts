/**
 * Fixes of what a Helm chart makes, as values of the chart: a key is taken only if the chart, rendered anew with it, makes just
 * what the patch would, and everything else as before.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  applyOperations,
  isJsonObject,
  sameJson,
  UserError,
  valueAt,
  type Edit,
  type Json,
  type Path,
} from "@plimsoll/core";
import { readRegular, type FileChange, type Refusal } from "./files.ts";
import type { ResourceFix } from "./merge.ts";
import { blocksOf, candidatesFor, together } from "./values-candidates.ts";
import { valuesReadIn } from "./values-read.ts";
import { isJust, keyOf, madeOf, type Made } from "./rendered.ts";

export function isOfChart({ record: { source } }: ResourceFix): boolean {
  return source.renderedBy?.startsWith("helm:") === true && chartOf(source.file) !== undefined;
}

/** A subchart's values stand in its parent's under its name; such are left to be done by hand. */
function chartOf(file: string): string | undefined {
  const at = file.indexOf("/templates/");
  const folder = at < 0 ? undefined : file.slice(0, at);
  return folder === undefined || /\/charts\/[^/]+$/.test(folder) ? undefined : folder;
}

export async function valuesChanges(
  fixes: readonly ResourceFix[],
  cwd: string,
  takenAt: string,
): Promise<{ readonly changes: readonly FileChange[]; readonly refusals: readonly Refusal[] }> {
  const changes: FileChange[] = [];
  const refusals: Refusal[] = [];
  for (const [folder, own] of Map.groupBy(fixes, ({ record }) => chartOf(record.source.file)!)) {
    const made = await chartChange(folder, own, cwd, takenAt);
    if (made.change !== undefined) changes.push(made.change);
    refusals.push(...made.refusals);
  }
  return { changes, refusals };
}

interface Chart {
  readonly asked: Awaited<ReturnType<typeof valuesReadIn>>;
  readonly folder: string;
  readonly cwd: string;
  readonly takenAt: string;
}

async function chartChange(
  folder: string,
  fixes: readonly ResourceFix[],
  cwd: string,
  takenAt: string,
): Promise<{ readonly change?: FileChange; readonly refusals: readonly Refusal[] }> {
  const chart: Chart = { folder, cwd, takenAt, asked: await valuesReadIn(folder, cwd) };
  const file = `${folder}/values.yaml`;
  const path = resolve(cwd, file);
  const before = await readRegular(path);
  const refuse = (own: ResourceFix, why: string): Refusal => ({
    file: own.record.source.file,
    fixes: [own],
    why,
  });
  if (typeof before === "string")
    return { refusals: fixes.map((each) => refuse(each, `${file}: ${before}`)) };
  const first = await valuesIn(before, file);
  let [values, made] = [first, await render(chart, first)];
  const refusals: Refusal[] = [];
  const done: ResourceFix[] = [];
  for (const fix of fixes) {
    for (const edit of fix.edits) {
      const operations = fix.edits.length === 1 ? fix.operations : edit.operations;
      const own: ResourceFix = { ...fix, edits: [edit], operations };
      const found = await setValue(chart, values, made, own);
      if (found === undefined)
        refusals.push(refuse(own, `no value of the chart does just this: change ${placeOf(edit)}`));
      else {
        [values, made] = [found.values, found.made];
        done.push(own);
      }
    }
  }
  if (done.length === 0) return { refusals };
  const { rewriteDocument } = await import("@plimsoll/cluster");
  const text = await rewriteDocument(before.toString("utf8"), first, values);
  if ("refused" in text)
    return { refusals: [...refusals, ...done.map((each) => refuse(each, `${file}: ${text.refused}`))] };
  const after = Buffer.from(text.text);
  if (!sameJson(await valuesIn(after, file), values))
    return {
      refusals: [...refusals, ...done.map((each) => refuse(each, `${file}: its text cannot be edited`))],
    };
  return { change: { file, path, before, after, fixes: done, notes: text.notes }, refusals };
}

function placeOf({ source: { file, line } }: Edit): string {
  return line === undefined ? file : `${file}:${line}`;
}

async function valuesIn(bytes: Buffer, file: string): Promise<Json> {
  const { dataIn } = await import("@plimsoll/cluster");
  return dataIn(bytes, file, "bad-config")[0]?.value ?? {};
}

/** With all values given anew, so that nothing of the chart is written while looking. */
async function render({ folder, cwd, takenAt }: Chart, values: Json): Promise<Made> {
  const { readFiles } = await import("@plimsoll/cluster");
  const scratch = await mkdtemp(join(tmpdir(), "plimsoll-"));
  try {
    const file = join(scratch, "values.json");
    await writeFile(file, JSON.stringify(values));
    const { resources } = await readFiles([folder], { cwd, takenAt, helm: { values: [file] } });
    return madeOf(resources);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Each renders the chart. */
const mostTries = 40;

async function setValue(
  chart: Chart,
  values: Json,
  made: Made,
  { record, operations, edits }: ResourceFix,
): Promise<{ readonly values: Json; readonly made: Made } | undefined> {
  const key = keyOf(record);
  const target = made.get(key);
  if (target === undefined) return undefined;
  const expected = applyOperations(target, operations);
  const { file, line = 0 } = edits[0]?.source ?? record.source;
  const asked = { ...chart.asked, file, line };
  const tries = [
    ...blocksOf(target, expected, operations).flatMap((block) =>
      candidatesFor(values, block, asked).map((candidate) => [candidate]),
    ),
    ...together(target, expected, operations, (block) => candidatesFor(values, block, asked)),
  ];
  for (const list of tries.slice(0, mostTries)) {
    const next = list.reduce<Json>((all, { path, value }) => withValue(all, path, value), values);
    try {
      const outcome = await render(chart, next);
      if (isJust(made, outcome, new Map([[key, expected]]))) return { values: next, made: outcome };
    } catch (error) {
      if (!(error instanceof UserError)) throw error; // such values do not render
    }
  }
  return undefined;
}

function withValue(values: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const object = isJsonObject(values) ? values : {};
  return { ...object, [step]: withValue(valueAt(object, [step]) ?? {}, rest, value) };
}
