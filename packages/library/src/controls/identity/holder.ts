/** Who holds which rules, over all bindings: for controls that one rule does not suffice for. */
import {
  isJsonArray,
  isJsonObject,
  subjectKey,
  type Binding,
  type Inventory,
  type Json,
  type Subject,
} from "@plimsoll/core";

export interface Permission {
  readonly binding: Binding;
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
}

export interface Holder {
  readonly subject: Subject;
  /** For people: `ServiceAccount:ci/runner`. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** One of the control plane's own identities, which hold everything by function. */
  readonly isPlatform: boolean;
}

/** Every subject of a binding whose role was read, by name. */
export function holders(inventory: Inventory): readonly Holder[] {
  const found = new Map<string, { subject: Subject; permissions: Permission[] }>();
  for (const binding of inventory.bindings) {
    const permissions = permissionsOf(binding);
    for (const subject of binding.subjects) {
      const key = subjectKey(subject);
      const holder = found.get(key) ?? { subject, permissions: [] };
      holder.permissions.push(...permissions);
      found.set(key, holder);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { subject, permissions }]) => ({
      subject,
      name,
      permissions,
      isPlatform: isPlatform(subject),
    }));
}

function isPlatform({ kind, namespace, name }: Subject): boolean {
  if (kind === "ServiceAccount") return namespace === "kube-system";
  return (
    ["system:masters", "system:nodes", "kubeadm:cluster-admins"].includes(name) ||
    name.startsWith("system:kube-")
  );
}

function permissionsOf(binding: Binding): Permission[] {
  const rules = binding.role?.["rules"];
  if (!isJsonArray(rules)) return [];
  return rules.filter(isJsonObject).map((rule) => ({
    binding,
    verbs: textsOf(rule["verbs"]),
    groups: textsOf(rule["apiGroups"]),
    resources: textsOf(rule["resources"]),
    names: textsOf(rule["resourceNames"]),
  }));
}

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

export interface Power {
  readonly verbs: readonly string[];
  readonly group: string;
  readonly resource: string;
}

/** A rule that allows everything is a finding of its own, whatever else follows from it. */
function isEverything({ verbs, resources }: Permission): boolean {
  return verbs.includes("*") && resources.includes("*");
}

/** The rule allows one of the power's verbs on objects of any name; other wildcards count, as the authorizer counts them. */
export function permits(permission: Permission, { verbs, group, resource }: Power): boolean {
  const subresource = resource.includes("/") ? `*/${resource.split("/")[1]}` : resource;
  return (
    !isEverything(permission) &&
    permission.names.length === 0 &&
    permission.verbs.some((verb) => verb === "*" || verbs.includes(verb)) &&
    permission.groups.some((entry) => entry === "*" || entry === group) &&
    permission.resources.some((entry) => entry === "*" || entry === resource || entry === subresource)
  );
}
