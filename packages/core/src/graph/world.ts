/** What there is to take hold of: accounts, users, groups, workloads, nodes and secrets of an inventory. */
import { refKey, type Resource, type ResourceRef } from "../model/resource.ts";
import { subjectKey, type Subject } from "../model/subject.ts";
import type { Workload } from "../model/workload.ts";
import { authorizer } from "../inventory/rbac/authorizer.ts";
import type { Grants } from "../inventory/rbac/grants.ts";
import { everyone, superusers } from "../inventory/rbac/subjects.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { guards, type Guard } from "./guards.ts";

/** A workload at the top of its owners, and how its pods run. */
export interface Program {
  readonly ref: ResourceRef;
  /** Accounts whose tokens its containers find, with the reason where that is not certain. */
  readonly accounts: readonly { readonly account: Subject; readonly unsure: readonly string[] }[];
  readonly nodes: readonly string[];
}

/** An inventory as an attacker sees it. */
export interface World {
  readonly inventory: Inventory;
  readonly grants: Grants;
  /** Sorted, as are all lists. */
  readonly namespaces: readonly string[];
  readonly accounts: readonly Subject[];
  readonly users: readonly Subject[];
  readonly groups: readonly Subject[];
  readonly programs: readonly Program[];
  readonly nodes: readonly string[];
  readonly secrets: readonly Resource[];
  /** The workload that a pod belongs to. */
  readonly programOf: (namespace: string, pod: string) => ResourceRef | undefined;
  readonly guard: (namespace: string) => Guard;
  /** Whether the cluster is of this kind; `undefined`: not seen. */
  readonly is: (kind: "eks" | "openshift") => boolean | undefined;
}

/** Looks once over an inventory. Linear in its resources. */
export function worldOf(inventory: Inventory): World {
  const { grants } = authorizer(inventory);
  const { programs, programOf, nodes } = programsOf(inventory);
  const namespaces = namespacesOf(inventory, grants);
  const ofKind = (kind: Subject["kind"]): readonly Subject[] =>
    grants.subjects.filter((each) => each.kind === kind);
  const wellKnown = [
    everyone.authenticated,
    everyone.unauthenticated,
    everyone.accounts,
    everyone.nodes,
    superusers,
  ];
  return {
    inventory,
    grants,
    namespaces,
    accounts: sorted([...ofKind("ServiceAccount"), ...accountsOf(inventory, namespaces, programs)]),
    users: sorted([...ofKind("User"), { kind: "User", namespace: "", name: "system:anonymous" }]),
    groups: sorted([
      ...ofKind("Group"),
      ...wellKnown.map((name): Subject => ({ kind: "Group", namespace: "", name })),
    ]),
    programs,
    programOf,
    nodes: [
      ...new Set([
        ...inventory.ofKind("v1/Node").map(({ resource }) => resource.metadata.name ?? ""),
        ...nodes,
      ]),
    ].sort(),
    secrets: inventory.ofKind("v1/Secret").map(({ resource }) => resource),
    guard: guards(inventory),
    is: (kind) => isOf(kind, inventory),
  };
}

function sorted(subjects: readonly Subject[]): readonly Subject[] {
  const byKey = new Map(subjects.map((subject) => [subjectKey(subject), subject]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subject]) => subject);
}

function namespacesOf(inventory: Inventory, grants: Grants): readonly string[] {
  const found = new Set<string>(["default", "kube-system", ...grants.namespaces]);
  for (const { resource } of inventory.records) {
    const { namespace, name } = resource.metadata;
    if (namespace !== undefined && namespace !== "") found.add(namespace);
    if (resource.kind === "Namespace" && resource.apiVersion === "v1" && name !== undefined) found.add(name);
  }
  return [...found].sort();
}

/** Every namespace has an account named default. */
function accountsOf(
  inventory: Inventory,
  namespaces: readonly string[],
  programs: readonly Program[],
): readonly Subject[] {
  const account = (namespace: string, name: string): Subject => ({ kind: "ServiceAccount", namespace, name });
  return [
    ...namespaces.map((namespace) => account(namespace, "default")),
    ...inventory
      .ofKind("v1/ServiceAccount")
      .map(({ resource: { metadata } }) => account(metadata.namespace || "default", metadata.name ?? "")),
    ...programs.flatMap(({ accounts }) => accounts.map((each) => each.account)),
  ];
}

interface OpenProgram {
  readonly ref: ResourceRef;
  readonly accounts: Map<string, Program["accounts"][number]>;
  readonly nodes: Set<string>;
}

function programsOf(inventory: Inventory): {
  readonly programs: readonly Program[];
  readonly programOf: World["programOf"];
  readonly nodes: ReadonlySet<string>;
} {
  const open = new Map<string, OpenProgram>();
  const pods = new Map<string, ResourceRef>();
  const nodes = new Set<string>();
  for (const workload of inventory.workloads) {
    const key = refKey(workload.root);
    const program = open.get(key) ?? { ref: workload.root, accounts: new Map(), nodes: new Set() };
    open.set(key, program);
    const token = tokenOf(workload, inventory);
    if (token !== undefined) program.accounts.set(subjectKey(token.account), token);
    if (workload.ref.kind !== "Pod") continue;
    pods.set(`${workload.ref.namespace}/${workload.ref.name}`, workload.root);
    const node = workload.pod.spec["nodeName"];
    if (typeof node !== "string" || node === "") continue;
    program.nodes.add(node);
    nodes.add(node);
  }
  const programs = [...open.values()].map(({ ref, accounts, nodes: own }) => ({
    ref,
    accounts: [...accounts.values()],
    nodes: [...own].sort(),
  }));
  return { programs, programOf: (namespace, pod) => pods.get(`${namespace}/${pod}`), nodes };
}

/**
 * The account whose token a pod's containers find: the pod's word counts before the account's, and a volume of its
 * own before both. See plugin/pkg/admission/serviceaccount/admission.go of Kubernetes 1.35.
 */
function tokenOf(workload: Workload, inventory: Inventory): Program["accounts"][number] | undefined {
  const { namespace, name } = workload.serviceAccount;
  const account: Subject = {
    kind: "ServiceAccount",
    namespace: namespace === "" ? "default" : namespace,
    name,
  };
  const { spec } = workload.pod;
  if (JSON.stringify(spec["volumes"] ?? []).includes('"serviceAccountToken"')) return { account, unsure: [] };
  const own = spec["automountServiceAccountToken"];
  if (own === false) return undefined;
  const ref: ResourceRef = { apiVersion: "v1", kind: "ServiceAccount", namespace, name };
  const record = inventory.get(ref);
  if (own !== true && record?.resource["automountServiceAccountToken"] === false) return undefined;
  const unread = record === undefined && own !== true && !inventory.covers("v1/ServiceAccount", namespace);
  return {
    account,
    unsure: unread ? [`whether ServiceAccount ${namespace}/${name} mounts its token was not read`] : [],
  };
}

/** EKS says so in its version. OpenShift shows in the kinds that it serves. Of files nothing is known. */
function isOf(kind: "eks" | "openshift", inventory: Inventory): boolean | undefined {
  const { distribution, version, kind: source } = inventory.server;
  if (distribution !== undefined) return distribution === kind;
  const map: ResourceRef = {
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: "kube-system",
    name: "aws-auth",
  };
  if (kind === "eks" && inventory.get(map) !== undefined) return true;
  if (kind === "openshift" && inventory.kinds.some((each) => each.includes(".openshift.io/"))) return true;
  if (source === "files") return undefined;
  if (kind === "openshift") return false;
  return version === undefined ? undefined : version.includes("eks");
}
