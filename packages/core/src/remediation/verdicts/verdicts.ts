/**
 * Verdicts for all that a scan would offer: a patch that would refuse what was seen is withheld, as is one
 * that only evidence may allow; one that can be repaired is offered with its repair. Judges nothing twice: a finding is judged alone only where its edit breaks.
 */
import type { Judged } from "../../controls/ledger.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Edit } from "../../model/report.ts";
import type { ResourceRef } from "../../model/resource.ts";
import type { Server } from "../../model/snapshot.ts";
import type { EditVerdict } from "../../model/verdict.ts";
import { dossiersOf, type Dossier } from "../patches/dossier.ts";
import { withEntries } from "./entries.ts";
import { createGrouping, editsIn, type Edits, type Groups } from "../patches/edits.ts";
import type { Fixes } from "../patches/fixes.ts";
import type { Judge } from "./judge.ts";

export interface Verdicts extends Edits {
  /** Without what is withheld. */
  readonly fixes: Fixes;
  /** Of findings whose patch is withheld. */
  readonly withheld: ReadonlyMap<Judged, EditVerdict>;
  /** The id of the edit that resolves a finding. */
  readonly editOf: ReadonlyMap<Judged, string>;
}

/** An edit is split until none of its parts is known to break anything; what breaks something is left by hand. */
export function judgeEdits(judged: readonly Judged[], fixes: Fixes, judge: Judge, server: Server): Verdicts {
  const withheld = new Map<Judged, EditVerdict>();
  const kept: Fixes = {
    ...fixes,
    of: (entry) => (withheld.has(entry) ? undefined : fixes.of(entry)),
  };
  const desk: Desk = { grouping: createGrouping(kept), fixes: kept, judge, server, withheld };
  const groups = dossiersOf(judged).map((dossier) => judgedGroups(dossier, desk));
  const { edits, membersOf } = editsIn(groups);
  const editOf = new Map<Judged, string>();
  for (const edit of edits) for (const member of membersOf(edit)) editOf.set(member, edit.id);
  return { edits, membersOf, fixes: kept, withheld, editOf };
}

interface Desk {
  readonly grouping: (dossier: Dossier) => Groups;
  /** Without what is withheld. */
  readonly fixes: Fixes;
  readonly judge: Judge;
  readonly server: Server;
  readonly withheld: Map<Judged, EditVerdict>;
}

/** The edits of one resource, complete. */
function judgedGroups(dossier: Dossier, desk: Desk): Groups {
  const { withheld, judge, server } = desk;
  /** By the first finding of an edit: from round to round an edit only loses findings, so their number tells it apart. */
  const known = new Map<Judged, { readonly count: number; readonly verdict: EditVerdict }>();
  for (;;) {
    const groups = desk.grouping(dossier);
    const all = [...groups.patched, ...groups.byHand.map(([, group]) => group)];
    const count = withheld.size;
    const verdicts = all.map(({ edit, members }) => {
      if (edit.byHand) return undefined;
      const before = known.get(members[0]!);
      const isKnown = before?.count === members.length;
      const verdict = isKnown ? before.verdict : verdictFor(edit, members, judge, server);
      known.set(members[0]!, { count: members.length, verdict });
      for (const [member, own] of toWithhold(edit, members, verdict, desk)) withheld.set(member, own);
      return verdict;
    });
    if (withheld.size > count) continue;
    all.forEach(({ edit, members }, at) => {
      const verdict = verdicts[at];
      if (verdict === undefined) told(edit, withheld.get(members[0]!));
      else told(edit, withEntries(verdict, members, desk.fixes, judge));
    });
    return groups;
  }
}

function verdictFor(edit: Edit, members: readonly Judged[], judge: Judge, server: Server): EditVerdict {
  return judge(
    members[0]!.place!.record.resource,
    edit.operations,
    undoText(edit.resource, edit.source.file, server),
  );
}

/** Those that break something; where nobody looked, those that may be offered only where somebody did. */
function toWithhold(
  edit: Edit,
  members: readonly Judged[],
  verdict: EditVerdict,
  desk: Desk,
): readonly (readonly [Judged, EditVerdict])[] {
  if (verdict.verdict === "breaks") return breaking(edit, members, verdict, desk);
  if (verdict.verdict !== "unknown") return [];
  return members.flatMap((member) => (member.control.fixIf === "seen" ? [[member, verdict] as const] : []));
}

/** Those that break something by themselves; where none does, all of them together do. */
function breaking(
  edit: Edit,
  members: readonly Judged[],
  whole: EditVerdict,
  { fixes, judge, server }: Desk,
): readonly (readonly [Judged, EditVerdict])[] {
  if (members.length === 1) return [[members[0]!, whole]];
  const undo = undoText(edit.resource, edit.source.file, server);
  const alone = members.flatMap((member): readonly (readonly [Judged, EditVerdict])[] => {
    const operations: readonly PatchOperation[] = fixes.of(member) ?? [];
    const verdict = judge(member.place!.record.resource, operations, undo);
    return verdict.verdict === "breaks" ? [[member, verdict]] : [];
  });
  return alone.length > 0 ? alone : members.map((member) => [member, whole] as const);
}

/** Completes an edit, which is ours alone until the report is handed out. */
function told(edit: Edit, verdict: EditVerdict | undefined): void {
  if (verdict === undefined) return;
  const open: { -readonly [K in keyof Edit]: Edit[K] } = edit;
  if (!edit.byHand && verdict.repair.length > 0) open.operations = [...edit.operations, ...verdict.repair];
  open.verdict = verdict;
}

const rolledBack = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** One imperative line. */
function undoText(resource: ResourceRef, file: string, server: Server): string {
  const { kind, name, namespace } = resource;
  if (server.kind === "files") return `take the change to ${file} back`;
  return rolledBack.has(kind)
    ? `kubectl rollout undo ${kind.toLowerCase()}/${name} -n ${namespace}`
    : `put ${kind} ${namespace === "" ? "" : `${namespace}/`}${name} back as it was`;
}
