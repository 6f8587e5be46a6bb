/** Pod Security labels for each namespace: what can be enforced now, after which edits more, and what stands in the way. */
import { isCelControl, type CelControl, type Control } from "../../controls/control.ts";
import type { Edit, Report } from "../../model/report.ts";
import type { Resource } from "../../model/resource.ts";
import { verdictWords } from "../../model/verdict.ts";
import { toAdmissionPolicy } from "../admission.ts";

export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

const levels: readonly PodSecurityLevel[] = ["privileged", "baseline", "restricted"];

export interface NamespacePlan {
  readonly namespace: string;
  /** What nothing in it violates as it is. */
  readonly now: PodSecurityLevel;
  /** What nothing would violate once the proven edits are made. */
  readonly later: PodSecurityLevel;
  /** Edits without a conflict or repaired, that `later` takes. Ids. */
  readonly edits: readonly string[];
  /** Why `restricted` is out of reach even then: one line a cause. Empty where it is not. */
  readonly exemptions: readonly string[];
  /** The labels to set now: enforced what is met, warned of and audited what is aimed at. */
  readonly labels: Resource;
}

/** Of a report that measures `pss-baseline` and `pss-restricted`; namespaces without workloads are left out. */
export function podSecurityPlan(report: Report): readonly NamespacePlan[] {
  const controls = new Map(report.controls.map((control) => [control.id, control]));
  const edits = new Map(report.edits.map((edit) => [edit.id, edit]));
  const found: Violation[] = report.results.flatMap((result): readonly Violation[] => {
    if (result.result !== "fail" && result.result !== "unknown") return [];
    const met = controls.get(result.control)?.requirements ?? [];
    const level = levelOf(met);
    if (level === undefined || result.resource.namespace === "") return [];
    const edit = result.edit === undefined ? undefined : edits.get(result.edit);
    const what = `${result.resource.kind} ${result.resource.name}: ${result.control}`;
    return [
      {
        namespace: result.resource.namespace,
        level,
        edit: isProven(edit) && result.result === "fail" ? edit : undefined,
        because: `${what} (${reasonOf(result, edit)})`,
      },
    ];
  });
  const namespaces = new Set(report.results.map(({ resource }) => resource.namespace));
  const byNamespace = Map.groupBy(found, ({ namespace }) => namespace);
  return [...namespaces]
    .filter((name) => name !== "")
    .sort()
    .map((namespace) => planOf(namespace, byNamespace.get(namespace) ?? []));
}

/**
 * Keeps what is met: for each check of the Pod Security Standards an admission policy, bound to the namespaces in which
 * nothing fails it. The report must hold every result; a check that could not be judged somewhere is not locked there.
 */
export function locksFor(report: Report, controls: readonly Control[]): readonly Resource[] {
  const summaries = new Map(report.controls.map((control) => [control.id, control]));
  const places = new Set(
    report.results
      .map(({ resource }) => resource.namespace)
      .filter((name) => name !== "" && name !== "kube-system"),
  );
  const broken = new Set(
    report.results
      .filter(({ result }) => result === "fail" || result === "unknown")
      .map(({ control, resource }) => `${control} ${resource.namespace}`),
  );
  return controls
    .filter((control): control is CelControl => isCelControl(control))
    .filter(({ id }) => levelOf(summaries.get(id)?.requirements ?? []) !== undefined)
    .flatMap((control) => {
      const onlyNamespaces = [...places].filter((name) => !broken.has(`${control.id} ${name}`)).sort();
      return onlyNamespaces.length === 0 ? [] : toAdmissionPolicy(control, { onlyNamespaces });
    });
}

interface Violation {
  readonly namespace: string;
  /** The lowest level that it violates. */
  readonly level: "baseline" | "restricted";
  /** What mends it, where that is proven. */
  readonly edit: Edit | undefined;
  readonly because: string;
}

function levelOf(requirements: readonly string[]): "baseline" | "restricted" | undefined {
  if (requirements.some((id) => id.startsWith("pss-baseline/"))) return "baseline";
  return requirements.some((id) => id.startsWith("pss-restricted/")) ? "restricted" : undefined;
}

function isProven(edit: Edit | undefined): edit is Edit {
  return edit?.verdict?.verdict === "clear" || edit?.verdict?.verdict === "repaired";
}

function reasonOf({ result, because, exception }: Report["results"][number], edit: Edit | undefined): string {
  if (result === "unknown") return `not known: ${because}`;
  if (exception !== undefined) return `accepted: ${exception.reason}`;
  if (edit?.verdict === undefined) return "by hand";
  return verdictWords[edit.verdict.verdict];
}

function planOf(namespace: string, found: readonly Violation[]): NamespacePlan {
  const now = reached(found);
  const left = found.filter(({ edit }) => edit === undefined);
  const later = reached(left);
  return {
    namespace,
    now,
    later,
    edits: [...new Set(found.flatMap(({ edit }) => (edit === undefined ? [] : [edit.id])))].sort(),
    exemptions: [...new Set(left.map(({ because }) => because))].sort(),
    labels: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: {
          "pod-security.kubernetes.io/enforce": now,
          "pod-security.kubernetes.io/warn": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
        },
      },
    },
  };
}

/** The highest level that none of them violates. */
function reached(found: readonly Violation[]): PodSecurityLevel {
  const least = found.some(({ level }) => level === "baseline") ? 0 : found.length > 0 ? 1 : 2;
  return levels[least]!;
}
