/** Bindings joined with their roles and subjects. */
import { isJsonArray, isJsonObject, type Json } from "../model/json.ts";
import { refOf, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import type { Subject, SubjectKind } from "../model/subject.ts";
import type { Binding } from "./inventory.ts";

const group = "rbac.authorization.k8s.io";
const subjectKinds: readonly string[] = ["User", "Group", "ServiceAccount"] satisfies readonly SubjectKind[];

/** Joins a RoleBinding or ClusterRoleBinding with its role, as far as that was read. */
export function bindingOf(
  record: ResourceRecord,
  lookup: (ref: ResourceRef) => ResourceRecord | undefined,
): Binding {
  const { resource } = record;
  const ref = refOf(resource);
  const roleRef = roleOf(resource["roleRef"], ref.namespace);
  const role = lookup(roleRef)?.resource;
  return {
    record,
    ref,
    namespace: ref.namespace,
    subjects: subjectsOf(resource["subjects"], ref.namespace),
    roleRef,
    ...(role === undefined ? {} : { role }),
  };
}

function roleOf(value: Json | undefined, namespace: string): ResourceRef {
  const { kind, name } = isJsonObject(value) ? value : {};
  const role = kind === "Role" ? "Role" : "ClusterRole";
  return {
    apiVersion: `${group}/v1`,
    kind: role,
    namespace: role === "Role" ? namespace : "",
    name: typeof name === "string" ? name : "",
  };
}

function subjectsOf(value: Json | undefined, namespace: string): Subject[] {
  if (!isJsonArray(value)) return [];
  return value.filter(isJsonObject).flatMap((subject) => {
    const { kind, name } = subject;
    if (typeof kind !== "string" || !subjectKinds.includes(kind) || typeof name !== "string") return [];
    const own = typeof subject["namespace"] === "string" ? subject["namespace"] : namespace;
    return [{ kind: kind as SubjectKind, name, namespace: kind === "ServiceAccount" ? own : "" }];
  });
}
