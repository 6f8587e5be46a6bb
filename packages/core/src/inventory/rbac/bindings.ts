/** Bindings joined with their roles and subjects, as the API server reads them. */
import { isJsonArray, isJsonObject, type Json } from "../../model/json.ts";
import { refOf, type ResourceRecord, type ResourceRef } from "../../model/resource.ts";
import type { Subject, SubjectKind } from "../../model/subject.ts";
import type { Binding } from "../inventory.ts";

/** The API group of roles and bindings. */
export const rbacGroup = "rbac.authorization.k8s.io";

/** The kinds that decide what RBAC allows. */
export const rbacKinds = {
  role: `${rbacGroup}/v1/Role`,
  clusterRole: `${rbacGroup}/v1/ClusterRole`,
  roleBinding: `${rbacGroup}/v1/RoleBinding`,
  clusterRoleBinding: `${rbacGroup}/v1/ClusterRoleBinding`,
} as const;

/**
 * Where a binding counts: `""` everywhere. A manifest of a RoleBinding without a namespace is applied to `default`.
 */
export function namespaceOf({ kind, namespace }: ResourceRef): string {
  return kind === "RoleBinding" && namespace === "" ? "default" : namespace;
}

const subjectKinds: readonly string[] = ["User", "Group", "ServiceAccount"] satisfies readonly SubjectKind[];

/** Joins a RoleBinding or ClusterRoleBinding with its role, as far as that was read. */
export function bindingOf(
  record: ResourceRecord,
  lookup: (ref: ResourceRef) => ResourceRecord | undefined,
): Binding {
  const { resource } = record;
  const ref = refOf(resource);
  const roleRef = roleOf(resource["roleRef"], ref.namespace);
  const role = roleRef.kind === "" ? undefined : lookup(roleRef)?.resource;
  return {
    record,
    ref,
    namespace: ref.namespace,
    subjects: subjectsOf(resource["subjects"], namespaceOf(ref)),
    roleRef,
    ...(role === undefined ? {} : { role }),
  };
}

/**
 * A Role is looked for in the binding's own namespace, a ClusterRole in none; any other kind is an error to the
 * authorizer and grants nothing: its reference has the kind `""`. Copied from `GetRoleReferenceRules` in
 * pkg/registry/rbac/validation/rule.go of Kubernetes 1.35.
 */
function roleOf(value: Json | undefined, namespace: string): ResourceRef {
  const { kind, name } = isJsonObject(value) ? value : {};
  const known = kind === "Role" || kind === "ClusterRole" ? kind : "";
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: known,
    namespace: known === "Role" ? namespace : "",
    name: typeof name === "string" ? name : "",
  };
}

/**
 * A service account without a namespace is one of the binding's own; in a ClusterRoleBinding it matches nobody, and
 * is left out. Copied from `appliesToUser` in pkg/registry/rbac/validation/rule.go of Kubernetes 1.35.
 */
function subjectsOf(value: Json | undefined, bindingNamespace: string): readonly Subject[] {
  if (!isJsonArray(value)) return [];
  return value.filter(isJsonObject).flatMap((subject) => {
    const { kind, name } = subject;
    if (typeof kind !== "string" || !subjectKinds.includes(kind) || typeof name !== "string") return [];
    if (kind !== "ServiceAccount") return [{ kind: kind as SubjectKind, name, namespace: "" }];
    const own = subject["namespace"];
    const namespace = typeof own === "string" && own !== "" ? own : bindingNamespace;
    return namespace === "" ? [] : [{ kind, name, namespace } as const];
  });
}
