/**
 * Fixes of what a Helm chart makes, as values of the chart: a key is taken only if the chart, rendered anew with it, makes just
 * what the patch would, and everything else as before. Only the file of the outermost chart is written: what stands in
 * `charts/` is another's, and is overwritten when dependencies are brought up to date.
 */
import { join, resolve } from "node:path";
import { sameJson, type Json } from "@plimsoll/core";
import type { Charting, ChartOutput, HelmOptions } from "@plimsoll/cluster";
import type { Chosen } from "./choose.ts";
import { notThere, readRegular, type FileChange, type Refusal } from "./files.ts";
import { joined, mergedFixes, onlyOf, type ResourceFix } from "./merge.ts";
import { blocksOf, together, type Block, type Candidate } from "./values-candidates.ts";
import { isJust, targetIn } from "./values-proof.ts";
import { candidatesIn, scopesOf, withSeen, type Scope, type Values } from "./values-scope.ts";

export function isOfChart({ record: { source } }: ResourceFix): boolean {
  return source.renderedBy?.startsWith("helm:") === true;
}

interface Asking {
  readonly cwd: string;
  readonly takenAt: string;
  /** What the user gave the chart for the scan. */
  readonly helm: HelmOptions;
}

interface Outcome {
  readonly changes: readonly FileChange[];
  readonly refusals: readonly Refusal[];
}

export async function valuesChanges(fixes: readonly ResourceFix[], asking: Asking): Promise<Outcome> {
  const changes: FileChange[] = [];
  const refusals: Refusal[] = [];
  if (fixes.length === 0) return { changes, refusals };
  const { chartOf } = await import("@plimsoll/cluster");
  const folders = new Map<string | undefined, ResourceFix[]>();
  for (const fix of fixes) {
    const folder = await chartOf(fix.record.source, asking.cwd);
    folders.set(folder, [...(folders.get(folder) ?? []), fix]);
  }
  for (const [folder, own] of folders) {
    const made = await chartChanges(folder, own, asking);
    changes.push(...made.changes);
    refusals.push(...made.refusals);
  }
  return { changes, refusals };
}

async function chartChanges(
  folder: string | undefined,
  fixes: readonly ResourceFix[],
  { cwd, takenAt, helm }: Asking,
): Promise<Outcome> {
  const refuse = (why: string): Outcome => ({
    changes: [],
    refusals: fixes.map((fix) => ({ file: fix.record.source.file, fixes: [fix], why })),
  });
  if (folder === undefined) return refuse("the folder of its chart is not there");
  const { openChart } = await import("@plimsoll/cluster");
  const file = join(folder, "values.yaml");
  const path = resolve(cwd, file);
  const before = await readRegular(path);
  if (before === notThere)
    return refuse(`${file}: ${notThere}: make an empty one, and run the command again`);
  if (typeof before === "string") return refuse(`${file}: ${before}`);
  const charting = await openChart({ folder, cwd, takenAt }, helm);
  if ("refused" in charting) return refuse(charting.refused);
  const text = before.toString("utf8");
  const values = await valuesIn(text, file);
  const rendered = await charting.render(text);
  if ("refused" in rendered) return refuse(rendered.refused);
  const work: Work = { charting, file, text, values, inherited: charting.valuesWith("") ?? {} };
  const first: State = { text, values, files: rendered.files, notes: [] };
  const { state, done, refusals } = await settled(work, first, fixes);
  const change = { file, path, before, after: Buffer.from(state.text), fixes: done, notes: state.notes };
  return { changes: done.length === 0 ? [] : [change], refusals };
}

/** The chart as it is on disk. */
interface Work {
  readonly charting: Charting;
  readonly file: string;
  readonly text: string;
  readonly values: Json;
  /** What its templates would see, were the file empty. */
  readonly inherited: Json;
}

/** The chart with what was settled so far. */
interface State {
  readonly text: string;
  readonly values: Json;
  readonly files: readonly ChartOutput[];
  readonly notes: readonly string[];
}

/** One edit after the other, each on top of those before it. */
async function settled(
  work: Work,
  first: State,
  fixes: readonly ResourceFix[],
): Promise<{
  readonly state: State;
  readonly done: readonly ResourceFix[];
  readonly refusals: readonly Refusal[];
}> {
  const refusals: Refusal[] = [];
  const done: Chosen[] = [];
  let state = first;
  for (const fix of fixes) {
    const scopes = scopesOf(work.charting, fix.record.source.file);
    for (const chosen of fix.chosen) {
      const own = onlyOf(chosen);
      const { file, line = 0 } = chosen.edit.source;
      const place: Place = { file, line };
      const next = await withValue(work, state, own, { place, scopes });
      if (next === undefined)
        refusals.push({ file: fix.record.source.file, fixes: [own], why: whyNot(place, scopes, work) });
      else {
        state = next;
        done.push(chosen);
      }
    }
  }
  return { state, done: mergedFixes(done).fixes, refusals };
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** A subchart is somebody else's: its template is no place to change. */
function whyNot({ file, line }: Place, scopes: readonly Scope[], work: Work): string {
  const place = line === 0 ? file : `${file}:${line}`;
  const keys = scopes.map(({ key }) => key.join("."));
  if (keys.every((key) => key === "")) return `no value of the chart does just this: change ${place}`;
  return `no value under ${keys.join(", ")} or global in ${work.file} does just this: change the subchart where it comes from, ${place}`;
}

/** Each renders the chart. */
const mostTries = 40;

async function withValue(
  work: Work,
  state: State,
  { record, operations }: ResourceFix,
  { place, scopes }: { readonly place: Place; readonly scopes: readonly Scope[] },
): Promise<State | undefined> {
  const target = await targetIn(state.files, record);
  const wished = target && joined(record.resource, target.value, operations);
  if (target === undefined || wished === undefined) return undefined;
  const expected = wished.state;
  const values: Values = {
    own: state.values,
    seen: work.charting.valuesWith(state.text) ?? state.values,
    inherited: work.inherited,
  };
  const candidates = (block: Block): readonly Candidate[] => candidatesIn(scopes, values, block, place);
  const tries = [
    ...blocksOf(target.value, expected, wished.operations).flatMap((block) =>
      candidates(block).map((candidate) => [candidate]),
    ),
    ...together(target.value, expected, wished.operations, candidates),
  ];
  for (const list of tries.slice(0, mostTries)) {
    const next = list.reduce((own, { path, value }) => withSeen({ ...values, own }, path, value), values.own);
    const outcome = await rendered(work, next);
    if (outcome !== undefined && (await isJust(state.files, outcome.files, { ...target, value: expected })))
      return outcome;
  }
  return undefined;
}

/** With the very text that is to be written. */
async function rendered({ charting, file, text, values }: Work, next: Json): Promise<State | undefined> {
  const { rewriteDocument } = await import("@plimsoll/cluster");
  const written = await rewriteDocument(text, values, next);
  if ("refused" in written || !sameJson(await valuesIn(written.text, file), next)) return undefined;
  const outcome = await charting.render(written.text);
  return "refused" in outcome ? undefined : { ...written, values: next, files: outcome.files };
}

async function valuesIn(text: string, file: string): Promise<Json> {
  const { dataIn } = await import("@plimsoll/cluster");
  return dataIn(Buffer.from(text), file, "bad-config")[0]?.value ?? {};
}
