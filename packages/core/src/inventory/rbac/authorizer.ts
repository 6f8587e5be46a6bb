/** May somebody do something, who may, and what may he do: answered as the API server's RBAC authorizer decides. */
import type { ResourceRef } from "../../model/resource.ts";
import { subjectKey, type Subject } from "../../model/subject.ts";
import type { Inventory } from "../inventory.ts";
import { bootstrapRulesOf } from "./bootstrap.ts";
import { grantsOf, type Grant, type Grants } from "./grants.ts";
import { permissionsOf, type Permissions } from "./permissions.ts";
import type { RoleFacts } from "./roles.ts";
import { ruleAllows, type Access, type Rule } from "./rule.ts";
import { everyone, identityOf, nodePrefix, superusers, type Actor, type Identity } from "./subjects.ts";

/** What a SubjectAccessReview would ask. What is left out is `""`; with `path` it is a request for no resource. */
export interface AccessRequest extends AccessQuestion {
  readonly subject: Actor;
}

/** What a SubjectAccessReview asks, but for the subject. */
export interface AccessQuestion {
  readonly verb: string;
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly subresource?: string;
  /** `""`: all namespaces, or a resource that is in none. */
  readonly namespace?: string;
  /** As `ResourceAccess.name` says: absent for `create` and `deletecollection`. */
  readonly name?: string;
  readonly path?: string;
}

/** One rule that allows it, with the way to it. */
export interface Reason {
  readonly binding: ResourceRef;
  /** The subject of the binding: the actor, or a group of his. */
  readonly subject: Subject;
  readonly role: ResourceRef;
  /** Index of the rule among those that the role grants. */
  readonly rule: number;
  /** The role in which the rule is written: another one where `role` gathers its rules. */
  readonly origin: ResourceRef;
}

/** The answer, with its reasons. */
export interface Decision {
  /**
   * `unknown`: nothing that was read allows it, and what could was not read. Only RBAC speaks: `false` is no refusal
   * by other authorizers.
   */
  readonly allowed: boolean | "unknown";
  /** Every rule that allows it; to take the right away, all must go. Empty for a superuser, whom no rule allows. */
  readonly because: readonly Reason[];
  /** A member of `system:masters`, to whom RBAC is not asked. */
  readonly superuser: boolean;
  /** For `unknown`: what was not read. */
  readonly missing: readonly string[];
}

/** A subject of a binding that allows it. */
export interface Holder {
  readonly subject: Subject;
  readonly because: readonly Reason[];
}

/** Everybody who may. */
export interface Holders {
  /** Sorted by subject. Members of `system:masters` come besides, always. */
  readonly holders: readonly Holder[];
  /** What was not read, so that there may be more; empty where these are all. */
  readonly missing: readonly string[];
}

/** RBAC over one inventory. */
export interface Authorizer {
  readonly authorize: (request: AccessRequest) => Decision;
  readonly whoCan: (question: AccessQuestion) => Holders;
  readonly permissionsOf: (actor: Actor) => Permissions;
  readonly grants: Grants;
}

const authorizers = new WeakMap<Inventory, Authorizer>();

/** The authorizer of an inventory; made once, then kept with it. */
export function authorizer(inventory: Inventory): Authorizer {
  if (inventory.room !== undefined)
    return inventory.room("authorizer", (own) => createAuthorizer(grantsOf(own)));
  let known = authorizers.get(inventory);
  if (known === undefined) authorizers.set(inventory, (known = createAuthorizer(grantsOf(inventory))));
  return known;
}

function createAuthorizer(grants: Grants): Authorizer {
  return {
    authorize: (request) => authorize(grants, request),
    whoCan: (question) => whoCan(grants, accessOf(question)),
    permissionsOf: (actor) => permissionsOf(grants, identityOf(actor)),
    grants,
  };
}

/** A question in full: what is left out is `""`. */
export function accessOf(question: AccessQuestion): Access {
  const { verb, path, apiGroup = "", resource = "", subresource = "", namespace = "", name = "" } = question;
  return path === undefined
    ? { verb, group: apiGroup, resource, subresource, namespace, name }
    : { verb, path };
}

/** Copied from `VisitRulesFor` in pkg/registry/rbac/validation/rule.go of Kubernetes 1.35. */
function authorize(grants: Grants, request: AccessRequest): Decision {
  const identity = identityOf(request.subject);
  const access = accessOf(request);
  const superuser = identity.groups.includes(superusers);
  const namespace = placeOf(access);
  const found = grants.of(identity, namespace);
  const because = found.flatMap((grant) => reasonsOf(grant, access));
  if (superuser || because.length > 0) return { allowed: true, because, superuser, missing: [] };
  const missing = [
    ...grants.missing(namespace),
    ...found.flatMap((grant) => doubtOf(grant.role, access)),
    ...nodeDoubt(identity, access),
  ];
  return { allowed: missing.length > 0 && "unknown", because, superuser, missing: [...new Set(missing)] };
}

function placeOf(access: Access): string {
  return "path" in access ? "" : access.namespace;
}

/** Every rule of a grant that allows a request. */
export function reasonsOf({ binding, subject, role }: Grant, access: Access): readonly Reason[] {
  const found: Reason[] = [];
  role.rules.forEach(({ rule, origin }, index) => {
    if (ruleAllows(rule, access)) found.push({ binding, subject, role: role.ref, rule: index, origin });
  });
  return found;
}

function doubtOf({ ref, doubtful, missing }: RoleFacts, access: Access): readonly string[] {
  if (missing !== undefined) return [missing];
  return doubtful.some((rule) => ruleAllows(rule, access))
    ? [`whether ${ref.kind} ${ref.name} gathers the rules written in it`]
    : [];
}

const nodeRules = (): readonly Rule[] => bootstrapRulesOf("system:node");

/**
 * Nodes have an authorizer of their own, which allows by these rules and by the pods that are bound to the node. See
 * plugin/pkg/auth/authorizer/node/node_authorizer.go of Kubernetes 1.35.
 */
function nodeDoubt({ user, groups }: Identity, access: Access): readonly string[] {
  if (!user.startsWith(nodePrefix) || !groups.includes(everyone.nodes)) return [];
  return nodeRules().some((rule) => ruleAllows(rule, access))
    ? ["the Node authorizer may allow it, by the pods of the node"]
    : [];
}

/** Copied from `AllowedSubjects` in plugin/pkg/auth/authorizer/rbac/subject_locator.go of Kubernetes 1.35. */
function whoCan(grants: Grants, access: Access): Holders {
  const namespace = placeOf(access);
  const found = [...grants.in(""), ...(namespace === "" ? [] : grants.in(namespace))];
  const allowing = new Map<RoleFacts, readonly number[]>();
  const holders = new Map<string, { readonly subject: Subject; readonly because: Reason[] }>();
  const missing = new Set(grants.missing(namespace));
  for (const grant of found) {
    const { role, subject } = grant;
    let rules = allowing.get(role);
    if (rules === undefined) allowing.set(role, (rules = indexesOf(role, access)));
    for (const doubt of doubtOf(role, access)) missing.add(doubt);
    if (rules.length === 0) continue;
    const key = subjectKey(subject);
    const holder = holders.get(key) ?? { subject, because: [] };
    for (const rule of rules) {
      const { origin } = role.rules[rule]!;
      holder.because.push({ binding: grant.binding, subject, role: role.ref, rule, origin });
    }
    holders.set(key, holder);
  }
  const sorted = [...holders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, holder]) => holder);
  return { holders: sorted, missing: [...missing] };
}

function indexesOf({ rules }: RoleFacts, access: Access): readonly number[] {
  return rules.flatMap(({ rule }, index) => (ruleAllows(rule, access) ? [index] : []));
}
