/**
 * Verdicts for all that a scan would offer: a patch that would refuse what was seen is withheld, and one that can be
 * repaired is offered with its repair. Judges nothing twice: a finding is judged alone only where its edit breaks.
 */
import type { Judged } from "../controls/ledger.ts";
import type { PatchOperation } from "../model/finding.ts";
import type { Edit } from "../model/report.ts";
import type { ResourceRef } from "../model/resource.ts";
import { refKey } from "../model/resource.ts";
import type { Server } from "../model/snapshot.ts";
import type { EditVerdict } from "../model/verdict.ts";
import { groupedEdits, type Grouped } from "./edits.ts";
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
  let known: Known = new Map();
  for (;;) {
    const groups = groupedEdits(judged, kept);
    const count = withheld.size;
    const verdicts = groups.map(({ edit, members }) => {
      if (edit.byHand) return undefined;
      const verdict = knownOf(members, known) ?? verdictFor(edit, members, judge, server);
      if (verdict.verdict === "breaks")
        for (const [member, own] of breaking(edit, members, verdict, kept, judge, server))
          withheld.set(member, own);
      return verdict;
    });
    if (withheld.size === count)
      return { edits: groups.map((group, at) => told(group, verdicts[at], withheld)), fixes: kept, withheld };
    known = new Map(
      groups.flatMap(({ members }, at) => {
        const verdict = verdicts[at];
        return verdict === undefined ? [] : [[members[0]!, { count: members.length, verdict }]];
      }),
    );
  }
}

/** By the first finding of an edit: from round to round an edit only loses findings, so their number tells it apart. */
type Known = ReadonlyMap<Judged, { readonly count: number; readonly verdict: EditVerdict }>;

function knownOf(members: readonly Judged[], known: Known): EditVerdict | undefined {
  const found = known.get(members[0]!);
  return found?.count === members.length ? found.verdict : undefined;
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

/** Completes an edit, which is ours alone until the report is handed out. */
function told(
  { edit, members }: Grouped,
  verdict: EditVerdict | undefined,
  withheld: ReadonlyMap<Judged, EditVerdict>,
): Edit {
  const own = verdict ?? members.flatMap((member) => withheld.get(member) ?? [])[0];
  if (own === undefined) return edit;
  const open: { -readonly [K in keyof Edit]: Edit[K] } = edit;
  if (verdict !== undefined && verdict.repair.length > 0)
    open.operations = [...edit.operations, ...verdict.repair];
  open.verdict = own;
  return edit;
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
