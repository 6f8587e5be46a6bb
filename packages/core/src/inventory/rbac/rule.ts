/** Rules of a role, and whether one allows a request: the smallest question of RBAC. */
import { isJsonArray, isJsonObject, type Json } from "../../model/json.ts";

/** One rule of a Role or ClusterRole. Empty `names`: every name. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
  readonly urls: readonly string[];
}

/**
 * What is asked for, as the API server reads it from a request's path. `namespace` is `""` for cluster-scoped
 * resources and for all namespaces at once; a Namespace itself is asked for in its own namespace. `name` is `""` for
 * `create` by POST and for `deletecollection`, and for `list` and `watch` too unless a field selector names one
 * `metadata.name`: a rule limited to names therefore never allows those. Copied from
 * staging/src/k8s.io/apiserver/pkg/endpoints/request/ requestinfo.go of Kubernetes 1.35.
 */
export interface ResourceAccess {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A path that names no resource, `/healthz`; verbs are `get`, `post`, `put` … in lower case. */
export interface PathAccess {
  readonly verb: string;
  readonly path: string;
}

/** What a rule may allow. */
export type Access = ResourceAccess | PathAccess;

/** Whether a request is for a path and not for a resource. */
export function isPathAccess(access: Access): access is PathAccess {
  return "path" in access;
}

/** The rules of a role as written; what is no list of texts counts as an empty one. */
export function rulesOf(value: Json | undefined): readonly Rule[] {
  return isJsonArray(value) ? value.map(ruleOf) : [];
}

function ruleOf(value: Json): Rule {
  const raw = isJsonObject(value) ? value : {};
  return {
    verbs: strings(raw["verbs"]),
    groups: strings(raw["apiGroups"]),
    resources: strings(raw["resources"]),
    names: strings(raw["resourceNames"]),
    urls: strings(raw["nonResourceURLs"]),
  };
}

function strings(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** Copied from `RuleAllows` in plugin/pkg/auth/authorizer/rbac/rbac.go of Kubernetes 1.35. */
export function ruleAllows(rule: Rule, access: Access): boolean {
  if (isPathAccess(access)) return holds(rule.verbs, access.verb) && urlMatches(rule.urls, access.path);
  const { verb, group, resource, subresource, name } = access;
  return (
    holds(rule.verbs, verb) &&
    holds(rule.groups, group) &&
    resourceMatches(rule.resources, resource, subresource) &&
    (rule.names.length === 0 || rule.names.includes(name))
  );
}

function holds(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes("*");
}

/**
 * `*` is every resource and subresource; `pods` is not its subresources; `*` before a slash and a subresource is that
 * subresource of every resource; `pods/*` is no pattern. Copied from `ResourceMatches` in
 * pkg/apis/rbac/v1/evaluation_helpers.go of Kubernetes 1.35.
 */
export function resourceMatches(list: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === "") return holds(list, resource);
  return holds(list, `${resource}/${subresource}`) || list.includes(`*/${subresource}`);
}

/** A trailing `*` stands for any rest. Copied from `NonResourceURLMatches`, same file. */
export function urlMatches(list: readonly string[], path: string): boolean {
  return list.some(
    (url) => url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.replace(/\*+$/, ""))),
  );
}
