/** Roles and bindings for examples. */
import type { ExampleResource, Json } from "@plimsoll/core";

const group = "rbac.authorization.k8s.io";
const apiVersion = `${group}/v1`;

interface Rule {
  readonly [key: string]: Json;
}

/** A rule over the core group, or over `groups`. */
export function rule(
  verbs: readonly string[],
  resources: readonly string[],
  groups: readonly string[] = [""],
): Rule {
  return { apiGroups: groups, resources, verbs };
}

export function clusterRole(...rules: readonly Rule[]): ExampleResource {
  return { apiVersion, kind: "ClusterRole", metadata: { name: "example" }, rules };
}

export function role(namespace: string, ...rules: readonly Rule[]): ExampleResource {
  return { apiVersion, kind: "Role", metadata: { name: "example", namespace }, rules };
}

export interface ExampleSubject {
  readonly kind: "User" | "Group" | "ServiceAccount";
  readonly name: string;
  readonly namespace?: string;
}

export function clusterRoleBinding(
  roleName: string,
  ...subjects: readonly ExampleSubject[]
): ExampleResource {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name: "example" },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: roleName },
    subjects: subjects.map(subjectOf),
  };
}

export function roleBinding(
  namespace: string,
  roleKind: "Role" | "ClusterRole",
  roleName: string,
  ...subjects: readonly ExampleSubject[]
): ExampleResource {
  return {
    apiVersion,
    kind: "RoleBinding",
    metadata: { name: "example", namespace },
    roleRef: { apiGroup: group, kind: roleKind, name: roleName },
    subjects: subjects.map(subjectOf),
  };
}

function subjectOf({ kind, name, namespace }: ExampleSubject): { readonly [key: string]: Json } {
  return kind === "ServiceAccount"
    ? { kind, name, namespace: namespace ?? "default" }
    : { apiGroup: group, kind, name };
}
