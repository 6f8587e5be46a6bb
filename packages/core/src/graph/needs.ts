/** Which needs of which powers the rules of a role meet. */
import type { RoleFacts } from "../inventory/rbac/roles.ts";
import { resourceMatches, type Rule } from "../inventory/rbac/rule.ts";
import type { Need, Power } from "./power.ts";

/** A need that a rule of a role meets, wherever the role counts. */
export interface Met {
  /** Number of the need. */
  readonly need: number;
  /** Index of the rule in the role; -1 where it is one that the role may hold or not. */
  readonly rule: number;
  /** The only names it is met for; absent: all. */
  readonly names?: readonly string[];
  /** Why it may not be met after all. */
  readonly unsure?: string;
}

/** All needs of all powers, numbered. */
export interface NeedTable {
  readonly numberOf: (need: Need) => number;
  readonly needs: readonly Need[];
  readonly metBy: (role: RoleFacts) => readonly Met[];
}

/**
 * How many rules of one role are told for one need. Past it, the role itself is the thing to change; to keep a circle of
 * thousands of roles from being multiplied with itself.
 */
export const mostRules = 50;

/** Verbs that are asked for without a name, so that a rule limited to names never allows them. */
const nameless: ReadonlySet<string> = new Set(["create", "deletecollection"]);

/**
 * Numbers the needs of powers, and finds those that a role meets; each role is looked at once. `minor`: of the
 * server's version, where known.
 */
export function needTable(powers: readonly Power[], minor: number | undefined): NeedTable {
  const needs = [...new Set(powers.flatMap((power) => power.needs.flat()))];
  const numbers = new Map(needs.map((need, number) => [need, number]));
  const byTarget = new Map<string, number[]>();
  needs.forEach((need, number) => {
    const key = targetOf(
      need.group,
      need.subresource === "" ? need.resource : `${need.resource}/${need.subresource}`,
    );
    byTarget.set(key, [...(byTarget.get(key) ?? []), number]);
  });
  const every = needs.map((_, number) => number);
  const candidates = (rule: Rule): readonly number[] => {
    const wild = rule.groups.includes("*") || rule.resources.some((resource) => resource.startsWith("*"));
    if (wild || rule.groups.length * rule.resources.length > needs.length) return every;
    return rule.groups.flatMap((group) =>
      rule.resources.flatMap((resource) => byTarget.get(targetOf(group, resource)) ?? []),
    );
  };
  const find = (rule: Rule, index: number, unsure?: string): readonly Met[] =>
    candidates(rule).flatMap((number) => meets(rule, index, needs[number]!, number, minor, unsure));
  // Roles of one circle share their list of rules.
  const known = new WeakMap<RoleFacts["rules"], readonly Met[]>();
  const metBy = ({ ref, rules, doubtful, missing }: RoleFacts): readonly Met[] => {
    let met = known.get(rules);
    if (met === undefined)
      known.set(rules, (met = limited(rules.flatMap(({ rule }, index) => find(rule, index)))));
    if (doubtful.length === 0) return met;
    const doubt = missing ?? `whether ${ref.name} gathers the rules written in it`;
    return [...met, ...doubtful.flatMap((rule) => find(rule, -1, doubt))];
  };
  return { needs, numberOf: (need) => numbers.get(need)!, metBy };
}

/** Rules for names are all told: each may lead elsewhere. */
function limited(met: readonly Met[]): readonly Met[] {
  const counts = new Map<number, number>();
  return met.filter(({ need, names }) => {
    const count = (counts.get(need) ?? 0) + 1;
    counts.set(need, count);
    return names !== undefined || count <= mostRules;
  });
}

function targetOf(group: string, resource: string): string {
  return `${group}|${resource}`;
}

function meets(
  rule: Rule,
  index: number,
  need: Need,
  number: number,
  minor: number | undefined,
  unsure: string | undefined,
): readonly Met[] {
  const { since = 0, before = Infinity } = need;
  if (minor !== undefined && (minor < since || minor >= before)) return [];
  const named = rule.names.length > 0;
  const verbs = need.verbs.filter((verb) => rule.verbs.includes(verb) || rule.verbs.includes("*"));
  const usable = named ? verbs.filter((verb) => need.subresource !== "" || !nameless.has(verb)) : verbs;
  if (usable.length === 0) return [];
  if (!rule.groups.includes(need.group) && !rule.groups.includes("*")) return [];
  if (!resourceMatches(rule.resources, need.resource, need.subresource)) return [];
  const names = namesOf(rule, need);
  if (names?.length === 0) return [];
  const doubt = unsure ?? versionDoubt(need, minor);
  return [
    {
      need: number,
      rule: index,
      ...(names === undefined ? {} : { names }),
      ...(doubt === undefined ? {} : { unsure: doubt }),
    },
  ];
}

function namesOf({ names }: Rule, need: Need): readonly string[] | undefined {
  if (names.length === 0) return need.names;
  return need.names === undefined ? names : names.filter((name) => need.names!.includes(name));
}

function versionDoubt({ since, before }: Need, minor: number | undefined): string | undefined {
  if (minor !== undefined || (since === undefined && before === undefined)) return undefined;
  return `it needs Kubernetes ${since === undefined ? `before 1.${before}` : `1.${since} or later`}`;
}
