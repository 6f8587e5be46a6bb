/**
 * In which order to make a report's edits, and in which stages: look, warn, try where it costs least, enforce. Each step says
 * why it stands where it does, and what must have been seen before the next.
 */
import type { Edit, Report } from "../model/report.ts";
import { severities } from "../model/finding.ts";
import { verdictWords, type VerdictKind } from "../model/verdict.ts";
import { podSecurityPlan, type NamespacePlan } from "./generators/psa.ts";

export type StageId = "observe" | "warn" | "canary" | "enforce";

export interface PlanStep {
  /** Id of the edit. */
  readonly edit: string;
  readonly title: string;
  /** Pairs of entry and target that are cut by it and not by those before it. */
  readonly cuts: number;
  /** How likely it breaks something: 1 with nothing seen against it, more where less is known. */
  readonly risk: number;
  /** 1 with a patch, 3 by hand. */
  readonly effort: number;
  readonly because: string;
  /** What must have been seen before the next step. */
  readonly before: readonly string[];
}

export interface Stage {
  readonly id: StageId;
  readonly title: string;
  readonly steps: readonly PlanStep[];
  /** What must have been seen before the next stage. */
  readonly until: string;
}

export interface Plan {
  readonly stages: readonly Stage[];
  readonly namespaces: readonly NamespacePlan[];
  /** Controls whose findings the plan's edits resolve: what policies can warn of, and refuse in the end. Sorted. */
  readonly controls: readonly string[];
  /** Edits of platform components, which are left alone. */
  readonly left: number;
}

/** Of a report that measures the Pod Security Standards where its namespaces are to be planned. */
export function planOf(report: Report): Plan {
  const own = report.edits.filter((edit) => edit.system === undefined);
  const cuts = cutsOf(report);
  const steps = new Map(own.map((edit) => [edit, stepOf(edit, cuts.get(edit.id) ?? 0)]));
  const inOrder = own.toSorted(
    (a, b) => worth(b, steps.get(b)!) - worth(a, steps.get(a)!) || (a.id < b.id ? -1 : 1),
  );
  const of = (wanted: (edit: Edit) => boolean): readonly PlanStep[] =>
    inOrder.filter(wanted).map((edit) => steps.get(edit)!);
  const tried = canariesOf(inOrder.filter(isProven));
  return {
    stages: [
      {
        id: "observe",
        title: "Look, and change nothing",
        steps: of((edit) => !edit.byHand && !isProven(edit)),
        until: "each of these is seen enough, or somebody takes it on himself",
      },
      {
        id: "warn",
        title: "Let the API server warn of what will be refused, and record it",
        steps: [],
        until: "a rollout of every workload came by without a warning that nobody expected",
      },
      {
        id: "canary",
        title: "Make what nothing seen speaks against, where it costs least",
        steps: of((edit) => tried.has(edit)),
        until: "these workloads were restarted, and ran for a day without new refusals or restarts",
      },
      {
        id: "enforce",
        title: "Make the rest, and refuse what falls back",
        steps: of((edit) => !tried.has(edit) && (edit.byHand || isProven(edit))),
        until: "the findings are gone; what the policies refuse from here on is a fall back",
      },
    ],
    namespaces: podSecurityPlan(report),
    controls: [
      ...new Set(own.filter((edit) => !edit.byHand).flatMap(({ resolves }) => resolves.map(controlOf))),
    ].sort(),
    left: report.edits.length - own.length,
  };
}

function controlOf(id: string): string {
  return id.slice(0, id.indexOf(":"));
}

function isProven({ byHand, verdict }: Edit): boolean {
  return !byHand && (verdict?.verdict === "clear" || verdict?.verdict === "repaired");
}

/** Choke points are told with what is cut by them and those before them. Edits that cut only together share it. */
function cutsOf({ paths }: Report): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let before = 0;
  for (const { edits, cut } of paths?.chokePoints ?? []) {
    for (const id of edits) found.set(id, cut - before);
    before = cut;
  }
  return found;
}

const risks: { readonly [Verdict in VerdictKind]: number } = { clear: 1, repaired: 2, unknown: 4, breaks: 8 };

function stepOf(edit: Edit, cuts: number): PlanStep {
  const verdict = edit.verdict?.verdict ?? "unknown";
  const risk = risks[verdict] + (edit.breakRisk === undefined ? 0 : 1);
  const reasons = [
    cuts > 0
      ? `cuts ${cuts} pairs of entry and target`
      : `resolves ${edit.resolves.length} of severity ${edit.severity} at most`,
    edit.verdict === undefined ? "not judged by what was seen" : verdictWords[verdict],
    edit.byHand ? "by hand" : "has a patch",
    ...(edit.breakRisk === undefined ? [] : [`may break: ${edit.breakRisk}`]),
  ];
  return {
    edit: edit.id,
    title: edit.title,
    cuts,
    risk,
    effort: edit.byHand ? 3 : 1,
    because: reasons.join("; "),
    before: beforeNext(edit, verdict),
  };
}

/** For what was not seen, the wait or the command that would show it. */
function beforeNext(edit: Edit, verdict: VerdictKind): readonly string[] {
  const missing = edit.verdict?.fields.flatMap((field) => field.missing.map(({ remedy }) => remedy)) ?? [];
  if (verdict === "breaks") return ["what was seen is no longer needed, or the edit is made otherwise"];
  if (verdict === "unknown")
    return missing.length === 0 ? ["what it refuses, watched where it fails cheaply"] : [...new Set(missing)];
  return [
    "the workload restarted with it, and is healthy: no refused writes, rights, requests or connections",
  ];
}

/** Worth of an edit for its cost: a pair of entry and target that is cut counts more than any severity. */
function worth({ severity }: Edit, { cuts, risk, effort }: PlanStep): number {
  return (cuts * 10 + (severities.length - severities.indexOf(severity))) / (risk * effort);
}

const precious = /^prod/i;

/**
 * One workload in four, at least one: those outside production first, then those of which one failing costs least, by the
 * number of their edits.
 */
function canariesOf(proven: readonly Edit[]): ReadonlySet<Edit> {
  const byWorkload = Map.groupBy(proven, ({ workload, resource }) => JSON.stringify(workload ?? resource));
  const groups = [...byWorkload.values()].toSorted(
    (a, b) => rank(a) - rank(b) || a.length - b.length || (a[0]!.id < b[0]!.id ? -1 : 1),
  );
  return new Set(groups.slice(0, Math.ceil(groups.length / 4)).flat());
}

function rank([first]: readonly Edit[]): number {
  const environment = first?.environment;
  return environment === undefined ? 1 : precious.test(environment) ? 2 : 0;
}
