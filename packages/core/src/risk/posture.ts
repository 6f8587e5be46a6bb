/** How far a framework is met: each requirement's status, and the score over its automated ones. */
import { ownerOf, type Framework, type Owner, type Requirement } from "../controls/framework.ts";
import type { Tally } from "../controls/ledger.ts";
import type { FrameworkScore, RequirementResult, RequirementStatus } from "../model/report.ts";
import type { Distribution } from "../model/snapshot.ts";

type Tallies = ReadonlyMap<string, Tally>;

/** The status of every requirement of a framework. A control that was not evaluated leaves its requirements unknown. */
export function requirementsOf(
  framework: Framework,
  tallies: Tallies,
  distribution?: Distribution,
): readonly RequirementResult[] {
  return framework.requirements.map((requirement) =>
    requirementOf(framework, requirement, tallies, ownerOf(framework, requirement.id, distribution)),
  );
}

/** The score alone, without a word of why: what a change may have moved. */
export function scoreFor(
  framework: Framework,
  tallies: Tallies,
  distribution?: Distribution,
): FrameworkScore {
  const found = framework.requirements.map(({ id, controls }) => {
    const own = controls.flatMap((control) => tallies.get(control) ?? []);
    return { status: statusFor(ownerOf(framework, id, distribution), controls, countsOf(controls, own)) };
  });
  return scoreOf(framework, found);
}

function statusFor(owner: Owner, controls: readonly string[], counts: Counts): RequirementStatus {
  if (owner === "provider") return "skip";
  return controls.length === 0 ? "manual" : statusOf(counts);
}

function countsOf(controls: readonly string[], found: readonly Tally[]): Counts {
  const sum = (field: "pass" | "fail" | "accepted" | "unknown"): number =>
    found.reduce((total, tally) => total + tally[field], 0);
  const notRun = controls.length - found.length;
  return {
    passed: sum("pass"),
    failed: sum("fail"),
    accepted: sum("accepted"),
    unknown: sum("unknown"),
    notRun,
  };
}

function requirementOf(
  framework: Framework,
  requirement: Requirement,
  tallies: Tallies,
  owner: Owner,
): RequirementResult {
  const { id, title, controls } = requirement;
  const found = controls.flatMap((control) => tallies.get(control) ?? []);
  const counts = countsOf(controls, found);
  const { failed, unknown } = counts;
  const own = controls.length === 0 ? "manual" : statusOf(counts);
  const status = statusFor(owner, controls, counts);
  return {
    framework: framework.id,
    id,
    title,
    owner,
    status,
    controls,
    failed,
    unknown,
    because: owner === "provider" ? providers : becauseOf(requirement, own, counts),
    namespaces: namespacesOf(found),
  };
}

const providers = "the provider runs this part and answers for it: its attestation takes the place of a look";

function statusOf({ passed, failed, accepted, unknown, notRun }: Counts): RequirementStatus {
  if (failed > 0) return "failed";
  if (unknown > 0 || notRun > 0) return "unknown";
  if (accepted > 0) return "accepted";
  return passed > 0 ? "met" : "skip";
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly accepted: number;
  readonly unknown: number;
  readonly notRun: number;
}

function becauseOf(requirement: Requirement, status: RequirementStatus, counts: Counts): string {
  const { passed, failed, accepted, unknown, notRun } = counts;
  const places = (count: number): string => `${count} ${count === 1 ? "place" : "places"}`;
  if (status === "manual") return requirement.manual ?? "a person must look";
  if (status === "skip") return "nothing that it applies to was scanned";
  if (status === "accepted") return `fails at ${places(accepted)}, each accepted by an exception`;
  if (status === "met") return `holds at ${places(passed)}`;
  if (status === "failed") return `fails at ${places(failed)}${unknown > 0 ? `, unknown at ${unknown}` : ""}`;
  return notRun > 0 ? `${notRun} of its controls were not evaluated` : `cannot be told at ${places(unknown)}`;
}

function namespacesOf(tallies: readonly Tally[]): { readonly [namespace: string]: number } {
  const counts = new Map<string, number>();
  for (const tally of tallies) {
    for (const [namespace, count] of tally.failedIn)
      counts.set(namespace, (counts.get(namespace) ?? 0) + count);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Met ÷ (met + failed + unknown): unknown never raises it, nothing scanned never scores, and accepted counts on neither side. */
export function scoreOf(
  framework: Framework,
  requirements: readonly Pick<RequirementResult, "status">[],
): FrameworkScore {
  const count = (status: RequirementStatus): number =>
    requirements.filter((entry) => entry.status === status).length;
  const [met, failed, unknown] = [count("met"), count("failed"), count("unknown")];
  const measured = met + failed + unknown;
  return {
    id: framework.id,
    title: framework.title,
    score: measured === 0 ? null : met / measured,
    met,
    failed,
    unknown,
    accepted: count("accepted"),
    manual: count("manual"),
    skipped: count("skip"),
  };
}
