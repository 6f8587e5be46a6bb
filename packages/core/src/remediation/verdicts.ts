/**
 * Verdicts for all that a scan would offer: a patch that would refuse what was seen is withheld, and one that can be
 * repaired is offered with its repair. Judges nothing twice: a finding is judged alone only where its edit breaks.
 */
import { byIdOf, type Judged } from "../controls/ledger.ts";
import type { PatchOperation } from "../model/finding.ts";
import type { Edit } from "../model/report.ts";
import type { ResourceRef } from "../model/resource.ts";
import { refKey } from "../model/resource.ts";
import type { Server } from "../model/snapshot.ts";
import type { EditVerdict } from "../model/verdict.ts";
import { editsFor } from "./edits.ts";
import type { Fixes } from "./fixes.ts";
import type { Judge } from "./judge.ts";

export interface Verdicts {
  readonly edits: readonly Edit[];
  /** Without what is withheld. */
  readonly fixes: Fixes;
  /** Of findings whose patch is withheld. */
  readonly withheld: ReadonlyMap<Judged, EditVerdict>;
}

/** An edit is split until none of its parts is known to break anything; what breaks something is left by hand. */
export function judgeEdits(judged: readonly Judged[], fixes: Fixes, judge: Judge, server: Server): Verdicts {
  const withheld = new Map<Judged, EditVerdict>();
  const kept: Fixes = {
    of: (entry) => (withheld.has(entry) ? undefined : fixes.of(entry)),
    together: fixes.together,
  };
  const byId = byIdOf(judged);
  const known: Known = new Map();
  for (;;) {
    const edits = editsFor(judged, kept);
    const count = withheld.size;
    for (const edit of edits) {
      if (edit.byHand) continue;
      const before = knownOf(edit, known, byId);
      const members = before === undefined ? membersOf(edit, byId) : [];
      const verdict = before ?? verdictFor(edit, members, judge, server);
      if (before === undefined) known.set(members[0]!, { count: members.length, verdict });
      if (verdict.verdict !== "breaks") continue;
      for (const [member, own] of breaking(edit, membersOf(edit, byId), verdict, kept, judge, server)) {
        withheld.set(member, own);
      }
    }
    if (withheld.size === count)
      return { edits: edits.map((edit) => told(edit, known, withheld, byId)), fixes: kept, withheld };
  }
}

/** By the first finding of an edit: from round to round an edit only loses findings, so their number tells it apart. */
type Known = Map<Judged, { readonly count: number; readonly verdict: EditVerdict }>;

function knownOf(edit: Edit, known: Known, byId: ReadonlyMap<string, Judged>): EditVerdict | undefined {
  const found = known.get(byId.get(edit.resolves[0]!)!);
  return found?.count === edit.resolves.length ? found.verdict : undefined;
}

function membersOf({ resolves }: Edit, byId: ReadonlyMap<string, Judged>): readonly Judged[] {
  return resolves.flatMap((id) => byId.get(id) ?? []);
}

function verdictFor(edit: Edit, members: readonly Judged[], judge: Judge, server: Server): EditVerdict {
  return judge(
    members[0]!.place!.record.resource,
    edit.operations,
    undoText(edit.resource, edit.source.file, server),
  );
}

/** Those that break something by themselves; where none does, all of them together do. */
function breaking(
  edit: Edit,
  members: readonly Judged[],
  whole: EditVerdict,
  fixes: Fixes,
  judge: Judge,
  server: Server,
): readonly (readonly [Judged, EditVerdict])[] {
  const undo = undoText(edit.resource, edit.source.file, server);
  const alone = members.flatMap((member): readonly (readonly [Judged, EditVerdict])[] => {
    const operations: readonly PatchOperation[] = fixes.of(member) ?? [];
    const verdict = judge(member.place!.record.resource, operations, undo);
    return verdict.verdict === "breaks" ? [[member, verdict]] : [];
  });
  return alone.length > 0 ? alone : members.map((member) => [member, whole] as const);
}

function told(
  edit: Edit,
  known: Known,
  withheld: ReadonlyMap<Judged, EditVerdict>,
  byId: ReadonlyMap<string, Judged>,
): Edit {
  if (edit.byHand) {
    const verdict = edit.resolves.flatMap((id) => withheld.get(byId.get(id)!) ?? [])[0];
    return verdict === undefined ? edit : { ...edit, verdict };
  }
  const verdict = knownOf(edit, known, byId)!;
  const operations = verdict.repair.length === 0 ? edit.operations : [...edit.operations, ...verdict.repair];
  return { ...edit, operations, verdict };
}

const rolledBack = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** One imperative line. */
function undoText(resource: ResourceRef, file: string, server: Server): string {
  const { kind, name, namespace } = resource;
  if (server.kind === "files") return `take the change to ${file} back`;
  return rolledBack.has(kind)
    ? `kubectl rollout undo ${kind.toLowerCase()}/${name} -n ${namespace}`
    : `apply ${refKey(resource)} as it was`;
}
