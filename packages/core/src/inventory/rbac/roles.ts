/** What the role of a binding grants, as far as it is known. */
import { refKey, type Resource, type ResourceRef } from "../../model/resource.ts";
import type { Inventory } from "../inventory.ts";
import { aggregation, selectorsOf, type ClusterRole, type Gathered } from "./aggregate.ts";
import { rbacGroup, rbacKinds } from "./bindings.ts";
import { bootstrapClusterRoles, bootstrapRoleOf, bootstrapRulesOf, type Bootstrap } from "./bootstrap.ts";
import { once } from "../once.ts";
import { rulesOf, type Rule } from "./rule.ts";

/** A rule that a role grants. */
export interface RoleRule {
  readonly rule: Rule;
  /** Where it is written: another ClusterRole, where an aggregated one gathered it. */
  readonly origin: ResourceRef;
}

/** What is known of a role that a binding refers to. */
export interface RoleFacts {
  readonly ref: ResourceRef;
  readonly rules: readonly RoleRule[];
  /** Rules that it may hold, and may not. */
  readonly doubtful: readonly Rule[];
  /** Why it may grant more than `rules`; absent where they are all. */
  readonly missing?: string;
  /** Set for a role that the API server makes by itself. */
  readonly bootstrap?: Bootstrap;
}

/** Looks roles up by reference, each worked out once. */
export function roleBook(inventory: Inventory): (ref: ResourceRef) => RoleFacts {
  const known = new Map<string, RoleFacts>();
  const gather = once(() => sharedRules(aggregation(clusterRolesOf(inventory))));
  const book = inventory.server.kind === "files" ? fileRole : liveRole;
  return (ref) => {
    const key = refKey(ref);
    let facts = known.get(key);
    if (facts === undefined) known.set(key, (facts = book(ref, inventory, () => gather()(ref.name))));
    return facts;
  };
}

/** The cluster roles that an aggregation may select. Files are applied beside those that every cluster has. */
function clusterRolesOf(inventory: Inventory): readonly ClusterRole[] {
  const own = inventory.ofKind(rbacKinds.clusterRole).map(({ resource }) => clusterRoleOf(resource));
  if (inventory.server.kind !== "files") return own;
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...bootstrapClusterRoles().filter(({ name }) => !names.has(name))];
}

function clusterRoleOf(resource: Resource): ClusterRole {
  const { name = "", labels = {} } = resource.metadata;
  return {
    name,
    labels,
    selectors: selectorsOf(resource["aggregationRule"]),
    rules: rulesOf(resource["rules"]),
  };
}

function clusterRoleRef(name: string): ResourceRef {
  return { apiVersion: `${rbacGroup}/v1`, kind: "ClusterRole", namespace: "", name };
}

/** Roles of one circle gather the same rules: they share one list of them. */
interface SharedRules {
  readonly rules: readonly RoleRule[];
  /** By the text of the rule. */
  readonly origins: ReadonlyMap<string, ResourceRef>;
  readonly complete: boolean;
}

type Gather = () => SharedRules | undefined;

function sharedRules(
  gather: (name: string) => Gathered | undefined,
): (name: string) => SharedRules | undefined {
  const known = new WeakMap<Gathered, SharedRules>();
  return (name) => {
    const gathered = gather(name);
    if (gathered === undefined) return undefined;
    let shared = known.get(gathered);
    if (shared === undefined) {
      const rules = gathered.rules.map(({ rule, origin }) => ({ rule, origin: clusterRoleRef(origin) }));
      const origins = new Map(rules.map(({ rule, origin }) => [JSON.stringify(rule), origin]));
      known.set(gathered, (shared = { rules, origins, complete: gathered.complete }));
    }
    return shared;
  };
}

/** In a live cluster a role grants just the rules that stand in it; one that is not there grants nothing. */
function liveRole(ref: ResourceRef, inventory: Inventory, gather: Gather): RoleFacts {
  const resource = inventory.get(ref)?.resource;
  if (resource === undefined) return ref.kind === "" ? empty(ref) : absentRole(ref, inventory);
  const written = rulesOf(resource["rules"]);
  if (ref.kind === "Role" || selectorsOf(resource["aggregationRule"]).length === 0)
    return { ...empty(ref), rules: written.map((rule) => ({ rule, origin: ref })), ...mark(resource) };
  const origins = gather()?.origins;
  const rules = written.map((rule) => ({ rule, origin: origins?.get(JSON.stringify(rule)) ?? ref }));
  return { ...empty(ref), rules, ...mark(resource, () => foreign(rules, ref, inventory)) };
}

function absentRole(ref: ResourceRef, inventory: Inventory): RoleFacts {
  const namespace = ref.kind === "Role" ? ref.namespace : undefined;
  if (inventory.covers(`${rbacGroup}/v1/${ref.kind}`, namespace)) return empty(ref);
  const doubtful = ref.kind === "ClusterRole" ? bootstrapRulesOf(ref.name) : [];
  return { ...empty(ref), doubtful, missing: `${nameOf(ref)} was not read` };
}

/** In files a role may be one that every cluster has, and one that is not there may be applied by somebody else. */
function fileRole(ref: ResourceRef, inventory: Inventory, gather: Gather): RoleFacts {
  if (ref.kind === "") return empty(ref);
  const resource = inventory.get(ref)?.resource;
  const gathered = ref.kind === "ClusterRole" ? gather() : undefined;
  const written = rulesOf(resource?.["rules"]);
  if (gathered !== undefined) return gatheredRole(ref, inventory, gathered, written);
  if (resource !== undefined)
    return { ...empty(ref), rules: written.map((rule) => ({ rule, origin: ref })), ...mark(resource) };
  const standard =
    ref.kind === "ClusterRole" ? bootstrapClusterRoles().find(({ name }) => name === ref.name) : undefined;
  if (standard === undefined) return { ...empty(ref), missing: `${nameOf(ref)} is not among the files` };
  const rules = standard.rules.map((rule) => ({ rule, origin: ref }));
  return { ...empty(ref), rules, bootstrap: { edited: false, added: [] } };
}

/** Rules written into an aggregated role that no role it selects explains may have been gathered elsewhere. */
function gatheredRole(
  ref: ResourceRef,
  inventory: Inventory,
  { rules, origins, complete }: SharedRules,
  written: readonly Rule[],
): RoleFacts {
  const resource = inventory.get(ref)?.resource;
  const named = bootstrapClusterRoles().some(({ name }) => name === ref.name);
  return {
    ...empty(ref),
    rules,
    doubtful: written.filter((rule) => !origins.has(JSON.stringify(rule))),
    ...(complete ? {} : { missing: `not all that ${nameOf(ref)} gathers can be followed` }),
    ...(resource === undefined && named ? { bootstrap: { edited: false, added: [] } } : {}),
    ...(resource === undefined ? {} : mark(resource, () => foreign(rules, ref, inventory))),
  };
}

/** Rules that an aggregated role has from others that are not the API server's own. */
function foreign(rules: readonly RoleRule[], ref: ResourceRef, inventory: Inventory): readonly Rule[] {
  return rules
    .filter(({ origin }) => origin.name !== ref.name)
    .filter(({ origin }) => {
      const resource = inventory.get(origin)?.resource;
      return resource !== undefined && bootstrapRoleOf(resource)?.edited !== false;
    })
    .map(({ rule }) => rule);
}

function mark(
  resource: Resource,
  gathered: () => readonly Rule[] = () => [],
): { readonly bootstrap?: Bootstrap } {
  const named = bootstrapRoleOf(resource);
  const bootstrap = named?.edited ? bootstrapRoleOf(resource, gathered()) : named;
  return bootstrap === undefined ? {} : { bootstrap };
}

function empty(ref: ResourceRef): RoleFacts {
  return { ref, rules: [], doubtful: [] };
}

function nameOf({ kind, namespace, name }: ResourceRef): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}
