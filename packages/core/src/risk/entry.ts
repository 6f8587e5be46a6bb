/** From where a power could be reached: who could come to hold it, as far as exposure and bindings tell. */
import type { Judged } from "../controls/ledger.ts";
import type { Answer } from "../evidence/answer.ts";
import type { Exposure, Inventory } from "../inventory/inventory.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import { subjectKey, type Subject } from "../model/subject.ts";
import type { Workload } from "../model/workload.ts";
import type { Weighing } from "./evidence.ts";

/** Strongest first: the order in which entries are shown. */
export const entryKinds = [
  "vulnerable",
  "anonymous",
  "internet",
  "external",
  "authenticated",
  "subject",
  "cluster-wide",
  "unknown",
  "inside",
  "nobody",
] as const;
export type EntryKind = (typeof entryKinds)[number];

export interface Entry {
  readonly kind: EntryKind;
  /** For people: `internet (Service shop/web (LoadBalancer))`, `ServiceAccount:ci/runner`. */
  readonly text: string;
}

const everyone = new Set(["system:anonymous", "system:unauthenticated"]);
const allAuthenticated = new Set(["system:authenticated", "system:serviceaccounts"]);

const bindingKinds = ["ClusterRoleBinding", "RoleBinding"].map(
  (kind) => `rbac.authorization.k8s.io/v1/${kind}`,
);
const nobody: Entry = { kind: "nobody", text: "no subject holds it" };
const unlisted: Entry = { kind: "unknown", text: "whoever holds it: the bindings were not read" };

/** Finds the entry of a finding: by the exposure of its workload, by the subjects of its role or binding. */
export function entries(inventory: Inventory, weighing?: Weighing): (judged: Judged) => Entry {
  const workloads = new Map<string, Workload>(
    inventory.workloads.map((workload) => [refKey(workload.ref), workload]),
  );
  const subjects = subjectsByRole(inventory);
  const unbound = bindingKinds.every((kind) => inventory.covers(kind)) ? nobody : unlisted;
  return ({ result, place }) => {
    const workload = place?.workload ?? workloads.get(refKey(result.resource));
    if (workload !== undefined)
      return heardEntry(exposureEntry(inventory.exposureOf(workload)), () => weighing?.listening(workload));
    const found = subjects.get(refKey(result.resource));
    if (found !== undefined) return subjectEntry(found);
    if (/^(Cluster)?Role(Binding)?$/.test(result.resource.kind)) return unbound;
    return { kind: "cluster-wide", text: "concerns the whole cluster" };
  };
}

/** Where nothing listens the exposure says so itself. */
function heardEntry(entry: Entry, listening: () => Answer | undefined): Entry {
  if (entry.kind !== "internet" && entry.kind !== "external") return entry;
  return listening()?.state === "observed"
    ? { ...entry, text: `${entry.text}, where something was seen listening` }
    : entry;
}

function exposureEntry({ level, because }: Exposure): Entry {
  const why = because[0] === undefined ? "" : ` (${because[0]})`;
  if (level === "internet" || level === "external")
    return { kind: level, text: `${level === "internet" ? "the internet" : "outside the cluster"}${why}` };
  if (level === "unknown") return { kind: "unknown", text: "exposure not known here" };
  return {
    kind: "inside",
    text: level === "cluster" ? `inside the cluster only${why}` : "no service leads to it",
  };
}

/** Strength of a subject: everybody, any account, one account; `undefined` for the platform's own. */
export function subjectEntry(subjects: readonly Subject[]): Entry {
  const found = subjects.map(entryOf).sort((a, b) => entryKinds.indexOf(a.kind) - entryKinds.indexOf(b.kind));
  return found[0] ?? { kind: "nobody", text: "no subject holds it" };
}

function entryOf(subject: Subject): Entry {
  const text = subjectKey(subject);
  if (everyone.has(subject.name)) return { kind: "anonymous", text };
  if (allAuthenticated.has(subject.name)) return { kind: "authenticated", text };
  if (isSystem(subject)) return { kind: "nobody", text: `${text}, the platform's own` };
  return { kind: "subject", text };
}

/** The control plane's own identities: users and groups with the reserved prefix, accounts of kube-system. */
function isSystem({ kind, name, namespace }: Subject): boolean {
  return kind === "ServiceAccount"
    ? namespace === "kube-system"
    : name.startsWith("system:") && !name.startsWith("system:serviceaccount");
}

function subjectsByRole(inventory: Inventory): ReadonlyMap<string, readonly Subject[]> {
  const found = new Map<string, Subject[]>();
  const add = (ref: ResourceRef, subjects: readonly Subject[]): void => {
    const key = refKey(ref);
    found.set(key, [...(found.get(key) ?? []), ...subjects]);
  };
  for (const binding of inventory.bindings) {
    add(binding.ref, binding.subjects);
    add(binding.roleRef, binding.subjects);
  }
  return found;
}
