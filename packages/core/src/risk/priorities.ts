/**
 * What to do first: edits in Act, Later and Blind. An edit is in Act when it belongs to the cut of the attack paths, or
 * takes away the power over a node or the cluster from an exposed workload, a subject that is not the platform's, or
 * everybody, or takes loaded code that attackers exploit out of their reach, or reverts what is new and grave. What is not known never demotes an edit.
 */
import type { Judged, MembersOf } from "../controls/ledger.ts";
import type { Privilege } from "../controls/control.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { DetectionReport } from "../model/report.ts";
import type { Told } from "./detections.ts";
import type { Action, Blind, Edit, Priorities } from "../model/report.ts";
import type { VerdictKind } from "../model/verdict.ts";
import { severities, type Severity } from "../model/finding.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Attack, CutPart } from "./attack.ts";
import { blasts, factorsOf } from "./factors.ts";
import { unusedFor, unusedText, type Weighing } from "./evidence.ts";
import { entries, entryKinds, type Entry, type EntryKind } from "./entry.ts";

/** What is gained, in words; gravest first. */
const gains = [
  ["cluster-takeover", "the cluster"],
  ["node-takeover", "a node"],
  ["code-execution", "the workload"],
] as const satisfies readonly (readonly [Privilege, string])[];
type Target = (typeof gains)[number][0];
const targets: readonly Target[] = gains.map(([privilege]) => privilege);
const gainOf = new Map<Target, string>(gains);
const actEntries = new Set(entryKinds.slice(0, entryKinds.indexOf("inside")));

interface Weighed {
  readonly edit: Edit;
  readonly members: readonly Judged[];
  readonly target: Target | undefined;
  readonly entry: Entry;
  /** Findings of high severity or worse that were not there at the baseline. */
  readonly regressions: number;
  /** What it does for the attack paths, where it belongs to their cut. */
  readonly cut: CutPart | undefined;
  /** What happened because it was not done. */
  readonly detection: DetectionReport | undefined;
}

export function prioritise(
  inventory: Inventory,
  edits: readonly Edit[],
  judged: readonly Judged[],
  membersOf: MembersOf,
  baseline?: ReadonlySet<string>,
  attack?: Attack,
  weighing?: Weighing,
  told?: Told,
): Priorities {
  const entryOf = entries(inventory, weighing);
  const own = edits.filter((edit) => edit.system === undefined);
  const weighed = own.map((edit): Weighed => {
    const members = membersOf(edit);
    return {
      ...weigh(edit, members, entryOf, baseline),
      cut: attack?.parts.get(edit.id),
      detection: told && members.map((entry) => told.closedBy(entry)).find(isGiven),
    };
  });
  const blastOf = blasts(inventory);
  const [act, rest] = [weighed.filter(isAct), weighed.filter((item) => !isAct(item))];
  const findings = edits.reduce((sum, edit) => sum + edit.resolves.length, 0);
  const acted = act.reduce((sum, item) => sum + item.edit.resolves.length, 0);
  return {
    act: act.sort(byOrder).map((item) => actionOf(item, blastOf)),
    later: laterOf(rest),
    blind: blindOf(inventory, judged),
    system: systemOf(edits, membersOf),
    actShare: findings === 0 ? 0 : acted / findings,
  };
}

function weigh(
  edit: Edit,
  members: readonly Judged[],
  entryOf: (judged: Judged) => Entry,
  baseline?: ReadonlySet<string>,
): Omit<Weighed, "cut" | "detection"> {
  const target = targets.find((privilege) => members.some((member) => member.control.grants === privilege));
  const entry =
    target === undefined
      ? nobody
      : strongest(members.filter((member) => member.control.grants === target).map(entryOf));
  const regressions =
    baseline === undefined
      ? 0
      : members.filter(({ result }) => isGrave(result.severity) && !baseline.has(result.id)).length;
  return { edit, members, target, entry, regressions };
}

const nobody: Entry = { kind: "nobody", text: "nobody" };

function strongest(found: readonly Entry[]): Entry {
  return found.toSorted((a, b) => entryKinds.indexOf(a.kind) - entryKinds.indexOf(b.kind))[0] ?? nobody;
}

function isGrave(severity: Severity): boolean {
  return severity === "critical" || severity === "high";
}

function takesOver({ target, entry }: Weighed): boolean {
  return target !== undefined && actEntries.has(entry.kind);
}

function isAct(item: Weighed): boolean {
  return takesOver(item) || item.cut !== undefined || item.detection !== undefined || item.regressions > 0;
}

/** Targets in order, gravest first; what takes over a node or the cluster stands beside the paths that lead there. */
const targetOrder = [
  "cluster",
  "node",
  "secrets",
  "platform-account",
  "cloud",
  "labelled",
  "data",
] as const satisfies readonly CutPart["target"][];

/** A token that is used and taken away breaks the program; to narrow what it may do need not. */
function mayTakeUsedToken({ members }: Weighed): boolean {
  return members.some(({ control }) => control.breakRisk !== undefined);
}

const verdictOrder: readonly VerdictKind[] = ["clear", "repaired", "unknown", "breaks"];

/** What has no patch was not judged. */
function verdictOf({ verdict }: Edit): VerdictKind {
  return verdict?.verdict ?? "unknown";
}

/** What happened already, target, entry, tokens whose use is not known last, paths cut, production first, severity, verdict, effort; the id last, so that the order is always the same. */
function byOrder(a: Weighed, b: Weighed): number {
  return (
    happened(a) - happened(b) ||
    targetRank(a) - targetRank(b) ||
    entryRank(a) - entryRank(b) ||
    Number(mayTakeUsedToken(a)) - Number(mayTakeUsedToken(b)) ||
    (b.cut?.paths ?? 0) - (a.cut?.paths ?? 0) ||
    Number(!isProduction(a.edit)) - Number(!isProduction(b.edit)) ||
    severities.indexOf(a.edit.severity) - severities.indexOf(b.edit.severity) ||
    verdictOrder.indexOf(verdictOf(a.edit)) - verdictOrder.indexOf(verdictOf(b.edit)) ||
    Number(a.edit.byHand) - Number(b.edit.byHand) ||
    (a.edit.id < b.edit.id ? -1 : 1)
  );
}

/** Grave detections are not risks any more: they come before everything that might happen. */
function happened({ detection }: Weighed): number {
  return detection === undefined ? severities.length : isGrave(detection.severity) ? 0 : severities.length;
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function targetRank(item: Weighed): number {
  const own = takesOver(item) ? targets.indexOf(item.target!) : targetOrder.length;
  return Math.min(own, item.cut === undefined ? targetOrder.length : targetOrder.indexOf(item.cut.target));
}

/** The strongest of the two ways in, of those that lead to the target it is ranked by. */
function entryRank(item: Weighed): number {
  const rank = targetRank(item);
  const ranks = [
    ...(takesOver(item) && targets.indexOf(item.target!) === rank
      ? [entryKinds.indexOf(item.entry.kind)]
      : []),
    ...(item.cut !== undefined && targetOrder.indexOf(item.cut.target) === rank
      ? [entryKinds.indexOf(entryKindOf(item.cut))]
      : []),
  ];
  return Math.min(entryKinds.length, ...ranks);
}

function entryKindOf({ entryKind }: CutPart): EntryKind {
  return entryKind === "chosen" ? "unknown" : entryKind;
}

function isProduction({ environment }: Edit): boolean {
  return environment !== undefined && /^(prod|production|live|prd)$/i.test(environment);
}

type Blast = ReturnType<typeof blasts>;

function actionOf(item: Weighed, blastOf: Blast): Action {
  const { edit, target, entry, cut } = item;
  const graver = takesOver(item) && (cut === undefined || targetRank(item) < targetOrder.indexOf(cut.target));
  const gain = target === undefined ? "" : gainOf.get(target)!;
  const workload = item.members[0]?.result.workload ?? edit.resource;
  const blast = blastOf(takesOver(item) ? target : undefined, workload, cut);
  const steps = (to: string, from: string): readonly string[] =>
    factorsOf({ ...item, target: to, entry: from, blast });
  if (item.detection !== undefined) {
    const { title, last } = item.detection;
    const because = `Would have kept from happening what was seen on ${last.slice(0, 16)}Z: ${title}`;
    const text = cut?.targetText ?? (takesOver(item) ? gain : "what happened");
    return {
      edit: edit.id,
      reason: "closes-detection",
      because,
      steps: steps(text, cut?.entryText ?? entry.text),
    };
  }
  if (cut !== undefined) {
    const paths = `${cut.paths} attack ${cut.paths === 1 ? "path" : "paths"}`;
    const what = cut.paths === 0 ? "a way beside the shortest" : paths;
    return {
      edit: edit.id,
      reason: "cuts-path",
      because: `Cuts ${what} to ${cut.targetText}, from ${cut.entryText}`,
      steps: steps(graver ? gain : cut.targetText, graver ? entry.text : cut.entryText),
    };
  }
  if (!takesOver(item)) {
    const because = `Reverts what is new since the baseline (${item.regressions} of ${edit.severity} severity or near it)`;
    return {
      edit: edit.id,
      reason: "reverts-regression",
      because,
      steps: steps("what was better before", entry.text),
    };
  }
  if (target === "code-execution")
    return {
      edit: edit.id,
      reason: "exploited-vulnerability",
      because: exploitedText(item),
      steps: steps(gain, entry.text),
    };
  return {
    edit: edit.id,
    reason: "removes-takeover",
    because: `Takes away the power over ${gain} from ${entry.text}`,
    steps: steps(gain, entry.text),
  };
}

function exploitedText({ members, entry }: Weighed): string {
  const [said = ""] = members.flatMap(({ control, result }) =>
    control.grants === "code-execution" ? [result.because] : [],
  );
  const reach =
    entry.kind === "unknown" ? "May be reached: its exposure is not known" : `Is reached from ${entry.text}`;
  return `${reach}. ${said}`;
}

function laterOf(weighed: readonly Weighed[]): Priorities["later"] {
  const groups = new Map<string, { edits: number; findings: number }>();
  const unused = weighed.reduce(
    (least, { members }) => Math.min(least, unusedFor(members) ?? Infinity),
    Infinity,
  );
  for (const item of weighed) {
    const reason = unusedFor(item.members) === undefined ? laterReason(item) : unusedText(unused);
    const group = groups.get(reason) ?? { edits: 0, findings: 0 };
    groups.set(reason, { edits: group.edits + 1, findings: group.findings + item.edit.resolves.length });
  }
  return [...groups]
    .map(([reason, counts]) => ({ reason, ...counts }))
    .sort((a, b) => b.findings - a.findings || (a.reason < b.reason ? -1 : 1));
}

function laterReason({ edit, target, entry }: Weighed): string {
  if (edit.resolves.length === 0) return "would cut attack paths that other edits cut already";
  if (target === undefined) return "hardening: gives no power over a node or the cluster by itself";
  if (target === "code-execution")
    return "loaded code that attackers exploit, but nothing outside the cluster leads to the workload";
  if (entry.kind === "inside")
    return "would give power over a node, but nothing outside the cluster leads to the workload";
  return "would give power over the cluster, but only the platform's own subjects or none hold it";
}

/** What could not be seen: the gaps with the results they leave unknown, then what no gap explains, by control. */
function blindOf(inventory: Inventory, judged: readonly Judged[]): readonly Blind[] {
  const unknown = judged.filter((entry) => entry.result.result === "unknown");
  const explained = new Set<Judged>();
  const gaps = inventory.gaps.map((gap): Blind => {
    const affected = unknown.filter(({ result }) =>
      gap.kinds.some(
        (kind) => result.because.startsWith(`${kind} `) || result.because.includes(`: ${kind} `),
      ),
    );
    for (const entry of affected) explained.add(entry);
    return {
      what: gap.kinds.length > 0 ? gap.kinds.join(", ") : gap.source,
      because: gap.message,
      remedy: gap.remedy ?? "see the message",
      results: affected.length,
    };
  });
  const controls = new Map<string, Judged[]>();
  for (const entry of unknown) {
    if (!explained.has(entry))
      controls.set(entry.control.id, [...(controls.get(entry.control.id) ?? []), entry]);
  }
  const others = [...controls.values()].map((entries): Blind => ({
    what: entries[0]!.control.title,
    because: entries[0]!.result.because,
    remedy: entries[0]!.control.remediation,
    results: entries.length,
  }));
  return [...gaps, ...others].sort((a, b) => b.results - a.results || (a.what < b.what ? -1 : 1));
}

function systemOf(edits: readonly Edit[], membersOf: MembersOf): Priorities["system"] {
  const groups = new Map<string, { workload: ResourceRef; because: string; findings: number }>();
  for (const edit of edits) {
    if (edit.system === undefined) continue;
    const workload = membersOf(edit)[0]?.result.workload ?? edit.resource;
    const group = groups.get(refKey(workload)) ?? { workload, because: edit.system, findings: 0 };
    groups.set(refKey(workload), { ...group, findings: group.findings + edit.resolves.length });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
