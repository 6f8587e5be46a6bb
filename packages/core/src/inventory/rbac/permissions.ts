/** What somebody may do, as one tidy set of rules for each namespace. */
import { countParts, mostParts, partsOf } from "./cover.ts";
import type { Grants } from "./grants.ts";
import { isPathAccess, urlMatches, type Access, type Rule } from "./rule.ts";
import { superusers, type Identity } from "./subjects.ts";

/** Everything somebody may do. */
export interface Permissions {
  /** A member of `system:masters` may do everything; the rules then say what RBAC would add. */
  readonly superuser: boolean;
  /** Rules that count everywhere, tidied. */
  readonly cluster: readonly Rule[];
  /** What each namespace gives beyond `cluster`; namespaces that give nothing are left out. Sorted. */
  readonly namespaces: readonly { readonly namespace: string; readonly rules: readonly Rule[] }[];
  /** What was not read, so that he may do more; empty where this is all. */
  readonly missing: readonly string[];
}

/** Joins the rules of all grants of an identity, and tidies them. */
export function permissionsOf(grants: Grants, identity: Identity): Permissions {
  const rules = new Map<string, Rule[]>([["", []]]);
  const missing = new Set(grants.missing());
  for (const { namespace, role } of grants.all(identity)) {
    if (role.missing !== undefined) missing.add(role.missing);
    if (role.doubtful.length > 0) missing.add(`whether ${role.ref.name} gathers the rules written in it`);
    const list = rules.get(namespace) ?? [];
    list.push(...role.rules.map(({ rule }) => rule));
    rules.set(namespace, list);
  }
  const cluster = tidy(rules.get("")!);
  rules.delete("");
  const namespaces = [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, own]) => ({ namespace, rules: tidy(withoutUrls(own), cluster) }))
    .filter((entry) => entry.rules.length > 0);
  return { superuser: identity.groups.includes(superusers), cluster, namespaces, missing: [...missing] };
}

/** A RoleBinding gives no right to paths: those are asked for in no namespace. */
function withoutUrls(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter((rule) => rule.resources.length > 0);
}

/**
 * The same rights in fewest words: no right that another one or `known` includes, verbs joined for each resource,
 * resources joined that have equal verbs. Sorted, so that equal rights give equal rules. Rules of more parts than are
 * worth taking apart stay as they are written.
 */
export function tidy(rules: readonly Rule[], known: readonly Rule[] = []): readonly Rule[] {
  if (countParts([...rules, ...known]) > mostParts) return rules;
  const parts = partsByKey(rules);
  const others = partsByKey(known);
  const paths = [
    ...new Set([...parts.values(), ...others.values()].filter(isPathAccess).map(({ path }) => path)),
  ];
  const needed = [...parts]
    .filter(([key, part]) => {
      const wider = widerThan(part, paths);
      return (
        !others.has(key) && !wider.some((other) => other !== key && (parts.has(other) || others.has(other)))
      );
    })
    .map(([, part]) => part);
  return joinResources(joinVerbs(needed));
}

/** Several stars at the end of a path say no more than one. */
function partsByKey(rules: readonly Rule[]): Map<string, Access> {
  const parts = new Map<string, Access>();
  for (const rule of rules)
    for (const part of partsOf({ ...rule, urls: rule.urls.map((url) => url.replace(/\*+$/, "*")) }))
      parts.set(keyOf(part), part);
  return parts;
}

function keyOf(part: Access): string {
  return isPathAccess(part)
    ? `${part.verb} ~${part.path}`
    : `${part.verb} ${part.group}:${part.resource} @${part.name}`;
}

/** Keys of the parts that would include this one, itself among them. */
function widerThan(part: Access, paths: readonly string[]): readonly string[] {
  const verbs = [part.verb, "*"];
  if (isPathAccess(part)) {
    const wider = paths.filter((path) => urlMatches([path], part.path));
    return verbs.flatMap((verb) => wider.map((path) => keyOf({ verb, path })));
  }
  const { group, resource, name } = part;
  const slash = resource.indexOf("/");
  const resources = [resource, "*", ...(slash < 0 ? [] : [`*${resource.slice(slash)}`])];
  const keys = new Set<string>();
  for (const verb of verbs)
    for (const wideGroup of [group, "*"])
      for (const wideResource of resources)
        for (const wideName of [name, ""])
          keys.add(keyOf({ ...part, verb, group: wideGroup, resource: wideResource, name: wideName }));
  return [...keys];
}

interface Joined {
  readonly group: string;
  readonly target: string;
  readonly name: string;
  readonly isPath: boolean;
  readonly verbs: readonly string[];
}

function joinVerbs(parts: readonly Access[]): readonly Joined[] {
  const found = new Map<string, { readonly part: Access; readonly verbs: string[] }>();
  for (const part of parts) {
    const key = keyOf({ ...part, verb: "" });
    const entry = found.get(key);
    if (entry === undefined) found.set(key, { part, verbs: [part.verb] });
    else entry.verbs.push(part.verb);
  }
  return [...found.values()].map(({ part, verbs }) => ({
    ...(isPathAccess(part)
      ? { group: "", target: part.path, name: "", isPath: true }
      : { group: part.group, target: part.resource, name: part.name, isPath: false }),
    verbs: verbs.sort(),
  }));
}

/** Joins first the names of a resource, then the resources of a group. */
function joinResources(entries: readonly Joined[]): readonly Rule[] {
  const named = grouped(entries, ({ group, target, isPath, verbs, name }) =>
    JSON.stringify([isPath, verbs, group, target, name === ""]),
  ).map((same) => ({
    ...same[0]!,
    names: same
      .map(({ name }) => name)
      .filter((name) => name !== "")
      .sort(),
  }));
  const rules = grouped(named, ({ group, isPath, verbs, names }) =>
    JSON.stringify([isPath, group, verbs, names]),
  ).map((same) => {
    const { group, isPath, verbs, names } = same[0]!;
    const targets = same.map(({ target }) => target).sort();
    return isPath
      ? { verbs, groups: [], resources: [], names: [], urls: targets }
      : { verbs, groups: [group], resources: targets, names, urls: [] };
  });
  return rules
    .map((rule) => [ruleKey(rule), rule] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rule]) => rule);
}

function ruleKey({ groups, resources, names, urls, verbs }: Rule): string {
  return JSON.stringify([urls, groups, resources, names, verbs]);
}

function grouped<T>(entries: readonly T[], key: (entry: T) => string): readonly (readonly T[])[] {
  const found = new Map<string, T[]>();
  for (const entry of entries) {
    const list = found.get(key(entry));
    if (list === undefined) found.set(key(entry), [entry]);
    else list.push(entry);
  }
  return [...found.values()];
}
