/** Which edits are to be made: those asked for, and of the others those whose verdict allows it. */
import {
  refKey,
  sanitize,
  UserError,
  verdictKinds,
  verdictWords,
  type Edit,
  type PatchOperation,
  type Report,
  type ResourceRecord,
  type Snapshot,
  type VerdictKind,
} from "@plimsoll/core";
import { nearest } from "../suggestion.ts";

/** An edit with what it changes. */
export interface Chosen {
  readonly edit: Edit;
  readonly record: ResourceRecord;
  readonly operations: readonly PatchOperation[];
}

export interface Passed {
  readonly edit: Edit;
  readonly why: string;
}

export interface Choice {
  readonly chosen: readonly Chosen[];
  readonly passed: readonly Passed[];
}

export interface Wishes {
  /** Ids of edits or of findings; empty: all that `only` allows. */
  readonly edits: readonly string[];
  readonly only: readonly VerdictKind[];
  /** Edits that are made though something seen would be refused. */
  readonly breaking: readonly string[];
}

/** What is written without being asked for by name. */
export const usual: readonly VerdictKind[] = ["clear", "repaired"];

export function verdictsFrom(words: readonly string[]): readonly VerdictKind[] {
  return words.map((word) => {
    const found = verdictKinds.find((kind) => kind === word && kind !== "breaks");
    if (found !== undefined) return found;
    throw new UserError(
      "usage",
      `--only ${sanitize(word)}: there is no such verdict to choose`,
      word === "breaks" ? "name each such edit with --breaking" : "clear, repaired, unknown",
    );
  });
}

/** `unobserved` judges the same without what was seen: the patches that are withheld otherwise. */
export function chooseEdits(
  report: Report,
  snapshot: Snapshot,
  wishes: Wishes,
  unobserved: () => Report,
): Choice {
  const breaking = editsNamed(report, wishes.breaking);
  const named = new Set([...editsNamed(report, wishes.edits), ...breaking]);
  const only = wishes.only.length > 0 ? wishes.only : usual;
  const records = Map.groupBy(snapshot.resources, ({ resource, source }) => keyOf(resource, source.file));
  const chosen: Chosen[] = [];
  const passed: Passed[] = [];
  for (const edit of report.edits) {
    const isNamed = named.has(edit);
    if (named.size > 0 && !isNamed) continue;
    const forced = breaking.has(edit) ? withheldPatch(edit, unobserved()) : undefined;
    const operations = forced ?? edit.operations;
    const record = records.get(`${refKey(edit.resource)} ${edit.source.file}`)?.[0];
    const why = reasonAgainst(edit, { isNamed, only, operations, record });
    const alone = why === undefined || record === undefined ? [] : entriesOf(edit, report, only, record);
    chosen.push(...alone);
    if (why !== undefined) passed.push({ edit, why });
    else chosen.push({ edit, record: record!, operations });
  }
  return { chosen, passed };
}

/** Of an edit that takes entries out of a list, those of which enough was seen: each an edit of its own. */
function entriesOf(
  edit: Edit,
  { results }: Report,
  only: readonly VerdictKind[],
  record: ResourceRecord,
): readonly Chosen[] {
  if (edit.system !== undefined) return [];
  const { verdict } = edit;
  return (verdict?.entries ?? []).flatMap((entry): readonly Chosen[] => {
    const operations = results.find(({ id }) => id === entry.resolves[0])?.fix?.operations ?? [];
    if (entry.verdict === "breaks" || !only.includes(entry.verdict) || operations.length === 0) return [];
    const own = { ...verdict!, verdict: entry.verdict, text: entry.text, fields: [], entries: [] };
    const part: Edit = {
      ...edit,
      id: entry.resolves[0]!,
      path: entry.path,
      resolves: entry.resolves,
      operations,
      verdict: own,
    };
    return [{ edit: part, record, operations }];
  });
}

function keyOf(resource: ResourceRecord["resource"], file: string): string {
  const { apiVersion, kind, metadata } = resource;
  const name = metadata.name ?? (metadata.generateName === undefined ? "" : `${metadata.generateName}*`);
  return `${refKey({ apiVersion, kind, namespace: metadata.namespace ?? "", name })} ${file}`;
}

/** By an edit's id or a finding's. */
function editsNamed(report: Report, ids: readonly string[]): ReadonlySet<Edit> {
  const byId = new Map(report.edits.map((edit) => [edit.id, edit]));
  for (const edit of report.edits) for (const id of edit.resolves) if (!byId.has(id)) byId.set(id, edit);
  return new Set(
    ids.map((id) => {
      const found = byId.get(id);
      if (found !== undefined) return found;
      const meant = nearest(id, byId.keys());
      throw new UserError(
        "unknown-id",
        `no edit or finding is called ${sanitize(id)}`,
        meant === undefined ? "plimsoll fix without --edit lists them" : `did you mean ${sanitize(meant)}?`,
      );
    }),
  );
}

interface Case {
  readonly isNamed: boolean;
  readonly only: readonly VerdictKind[];
  readonly operations: readonly PatchOperation[];
  readonly record: ResourceRecord | undefined;
}

function reasonAgainst(edit: Edit, { isNamed, only, operations, record }: Case): string | undefined {
  const verdict = edit.verdict?.verdict;
  if (operations.length === 0)
    return verdict === "breaks" ? `${verdictWords.breaks}: ${edit.verdict!.text}` : "to be done by hand";
  if (record === undefined) return "what it changes was not read by itself";
  if (isNamed) return undefined;
  if (edit.system !== undefined) return `a platform component (${edit.system}); name it to change it`;
  if (only.includes(verdict ?? "unknown")) return undefined;
  return verdict === undefined ? "it was not judged" : `${verdictWords[verdict]}: ${edit.verdict!.text}`;
}

/** The patch of a finding whose own was withheld. */
function withheldPatch(edit: Edit, unobserved: Report): readonly PatchOperation[] | undefined {
  if (edit.operations.length > 0 || edit.verdict?.verdict !== "breaks") return undefined;
  return unobserved.results.find(({ id }) => id === edit.resolves[0])?.fix?.operations;
}
