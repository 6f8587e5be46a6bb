/**
 * Fixes of what a Helm chart makes, as values of the chart: a key is taken only if the chart, rendered anew with it, makes just
 * what the patch would, and everything else as before.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  applyOperations,
  isJsonArray,
  isJsonObject,
  sameJson,
  UserError,
  valueAt,
  valueAtPointer,
  type Edit,
  type Json,
  type Path,
  type PatchOperation,
} from "@plimsoll/core";
import { readRegular, type FileChange, type Refusal } from "./files.ts";
import type { ResourceFix } from "./merge.ts";
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
  const chart: Chart = { folder, cwd, takenAt };
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

const mostTries = 12;

async function setValue(
  chart: Chart,
  values: Json,
  made: Made,
  { record, operations }: ResourceFix,
): Promise<{ readonly values: Json; readonly made: Made } | undefined> {
  const key = keyOf(record);
  const target = made.get(key);
  if (target === undefined) return undefined;
  const expected = applyOperations(target, operations);
  const candidates = blocksOf(target, expected, operations).flatMap((block) => candidatesFor(values, block));
  for (const { path, value } of candidates.slice(0, mostTries)) {
    const next = withValue(values, path, value);
    try {
      const outcome = await render(chart, next);
      if (isJust(made, outcome, new Map([[key, expected]]))) return { values: next, made: outcome };
    } catch (error) {
      if (!(error instanceof UserError)) throw error; // such values do not render
    }
  }
  return undefined;
}

interface Block {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json;
}

/** What the operations change: as one thing of its own, and as a part of what it stands in. */
function blocksOf(target: Json, expected: Json, operations: readonly PatchOperation[]): readonly Block[] {
  const paths = operations.map(({ path }) => path.replace(/\/-$/, "").split("/"));
  const shortest = Math.min(...paths.map(({ length }) => length));
  const [first = []] = paths;
  let shared = 0;
  while (shared < shortest && paths.every((path) => path[shared] === first[shared])) shared += 1;
  const pointers = [first.slice(0, shared), first.slice(0, shared - 1)].filter(({ length }) => length > 2);
  return pointers.flatMap((steps) => {
    const pointer = steps.join("/");
    const after = valueAtPointer(expected, pointer);
    const name = steps.findLast((step) => !/^\d+$/.test(step)) ?? "";
    return after === undefined ? [] : [{ name, before: valueAtPointer(target, pointer), after }];
  });
}

interface Candidate {
  readonly path: Path;
  readonly value: Json;
  readonly likeness: number;
}

/** Values that say what the block says; those whose name is most like the block's first. */
function candidatesFor(values: Json, { name, before, after }: Block): readonly Candidate[] {
  const found: Candidate[] = [];
  const visit = (value: Json, path: Path): void => {
    const key = String(path.at(-1) ?? "");
    if (path.length > 0 && isSaid(value, before))
      found.push({ path, value: after, likeness: likenessOf(key, name) });
    if (isJsonObject(value))
      for (const [inner, entry = null] of Object.entries(value)) visit(entry, [...path, inner]);
  };
  visit(values, []);
  return found.filter(({ likeness }) => likeness > 0).toSorted((a, b) => b.likeness - a.likeness);
}

/** What is left out where a template asks for something is nothing, or empty. */
function isSaid(value: Json, before: Json | undefined): boolean {
  if (before !== undefined && sameJson(value, before)) return true;
  const isEmpty =
    value === null ||
    (isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0);
  return before === undefined && isEmpty;
}

function likenessOf(key: string, name: string): number {
  const [a, b] = [key.toLowerCase(), name.toLowerCase()];
  if (a === b) return 3;
  return a !== "" && (a.includes(b) || b.includes(a)) ? 2 : 0;
}

function withValue(values: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const object = isJsonObject(values) ? values : {};
  return { ...object, [step]: withValue(valueAt(object, [step]) ?? {}, rest, value) };
}
