/**
 * The rules that Kubernetes gathers into a ClusterRole with an aggregation rule, worked out for roles that no
 * controller has filled in.
 */
import { isJsonArray, isJsonObject, type Json } from "../../model/json.ts";
import { matchesSelector } from "../selector.ts";
import { componentsOf } from "./components.ts";
import { once } from "../once.ts";
import type { Rule } from "./rule.ts";

/** A ClusterRole, as far as aggregation looks at it. */
export interface ClusterRole {
  readonly name: string;
  readonly labels: { readonly [key: string]: string };
  /** Of its aggregation rule; empty for a role that holds its own rules. */
  readonly selectors: readonly Json[];
  readonly rules: readonly Rule[];
}

/** A rule in an aggregated role. */
export interface GatheredRule {
  readonly rule: Rule;
  /** The ClusterRole in which it is written. */
  readonly origin: string;
}

/** The rules of an aggregated role, in the order in which the controller writes them. */
export interface Gathered {
  readonly rules: readonly GatheredRule[];
  /** False where gathering was given up at a limit, or depends on chance: there may be more. */
  readonly complete: boolean;
}

/** Roles that selectors may be compared with, and edges that gathering may follow, over all roles of a cluster. */
const mostComparisons = 4_000_000;
const mostSteps = 5_000_000;

/** The selectors of an aggregation rule. Without any, the controller leaves the role alone. */
export function selectorsOf(aggregationRule: Json | undefined): readonly Json[] {
  const selectors = isJsonObject(aggregationRule) ? aggregationRule["clusterRoleSelectors"] : undefined;
  return isJsonArray(selectors) ? selectors : [];
}

/**
 * What an aggregated role holds once the controller has come to rest: the rules of every role that its selectors lead
 * to, through other aggregated roles too. An aggregated role's own rules are overwritten and do not count, unless
 * there are none to gather: the controller then applies no rules, and leaves those that stand. Circles end; what
 * somebody wrote into the roles of one may go round in it for ever or be lost, as it happens, and is not known.
 * Copied from `syncClusterRole` in pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go of
 * Kubernetes 1.35, of which this is the least fixed point.
 */
export function aggregation(roles: readonly ClusterRole[]): (name: string) => Gathered | undefined {
  const graph = once(() => graphOf(roles));
  const budget = { steps: mostSteps };
  const known = new Map<number, Gathered>();
  const index = new Map(roles.map((role, at) => [role.name, at]));
  return (name) => {
    const at = index.get(name);
    if (at === undefined || roles[at]!.selectors.length === 0) return undefined;
    const { part } = graph();
    let gathered = known.get(part[at]!);
    if (gathered === undefined) known.set(part[at]!, (gathered = gather(at, graph(), budget)));
    return gathered;
  };
}

/** Roles come first, then the distinct selectors: many roles may share one selector. */
interface Graph {
  readonly next: (node: number) => readonly number[];
  readonly part: Int32Array;
  /** The rules that a role holds itself. */
  readonly rulesOf: (node: number) => readonly HeldRule[];
  /** Parts that are circles of several roles in which somebody wrote rules. */
  readonly stale: ReadonlySet<number>;
  readonly complete: boolean;
}

function graphOf(roles: readonly ClusterRole[]): Graph {
  const selectors = new Map<string, number>();
  const selected: (readonly number[])[] = [];
  const select = selection(roles);
  let complete = true;
  const nodeOf = (selector: Json): number => {
    const key = JSON.stringify(selector);
    let node = selectors.get(key);
    if (node === undefined) {
      const found = select(selector);
      complete &&= found !== undefined;
      selectors.set(key, (node = roles.length + selected.length));
      selected.push(found ?? []);
    }
    return node;
  };
  const own = roles.map((role) => role.selectors.map(nodeOf));
  const next = (node: number): readonly number[] => own[node] ?? selected[node - roles.length]!;
  const part = componentsOf(roles.length + selected.length, next);
  const { own: holdsOwn, stale } = ownRules(roles, part, next);
  return { next, part, rulesOf: heldRules(roles, holdsOwn), stale, complete };
}

/** Which roles keep the rules that are written in them, and in which parts such rules may go round. */
function ownRules(
  roles: readonly ClusterRole[],
  part: Int32Array,
  next: (node: number) => readonly number[],
): { readonly own: (node: number) => boolean; readonly stale: ReadonlySet<number> } {
  const members: number[][] = [];
  part.forEach((number, node) => (members[number] ??= []).push(node));
  const filled = new Uint8Array(members.length);
  const own = new Set<number>();
  const stale = new Set<number>();
  members.forEach((nodes, number) => {
    const inside = nodes.filter((node) => node < roles.length);
    const writing = inside.filter((node) => roles[node]!.rules.length > 0);
    const gathers = nodes.some((node) => next(node).some((to) => filled[part[to]!] === 1));
    const [first] = inside;
    if (inside.length > 1 && writing.length > 0) stale.add(number);
    if (inside.length === 1 && !gathers) own.add(first!);
    filled[number] = Number(gathers || (inside.length === 1 && writing.length > 0));
  });
  return { own: (node) => own.has(node), stale };
}

interface HeldRule extends GatheredRule {
  /** Equal rules have equal numbers. */
  readonly number: number;
}

function heldRules(
  roles: readonly ClusterRole[],
  holdsOwn: (node: number) => boolean,
): (node: number) => readonly HeldRule[] {
  const numbers = new Map<string, number>();
  const numberOf = (rule: Rule): number => {
    const key = JSON.stringify(rule);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const held = roles.map(({ name, rules }, node) =>
    holdsOwn(node) ? rules.map((rule) => ({ rule, origin: name, number: numberOf(rule) })) : [],
  );
  return (node) => held[node] ?? [];
}

/** Finds the roles of a selector, in order of their names; `undefined` where there is too much to compare. */
function selection(roles: readonly ClusterRole[]): (selector: Json) => readonly number[] | undefined {
  const order = roles.map((_, at) => at).sort((a, b) => (roles[a]!.name < roles[b]!.name ? -1 : 1));
  const byLabel = new Map<string, number[]>();
  for (const at of order) {
    for (const [key, value] of Object.entries(roles[at]!.labels)) {
      const list = byLabel.get(`${key}=${value}`);
      if (list === undefined) byLabel.set(`${key}=${value}`, [at]);
      else list.push(at);
    }
  }
  let comparisons = 0;
  return (selector) => {
    const label = firstLabel(selector);
    const candidates = label === undefined ? order : (byLabel.get(label) ?? []);
    comparisons += candidates.length;
    if (comparisons > mostComparisons) return undefined;
    return candidates.filter((at) => matchesSelector(selector, roles[at]!.labels));
  };
}

function firstLabel(selector: Json): string | undefined {
  const labels = isJsonObject(selector) ? selector["matchLabels"] : undefined;
  const [first] = isJsonObject(labels) ? Object.entries(labels) : [];
  return first === undefined ? undefined : `${first[0]}=${String(first[1])}`;
}

function gather(from: number, graph: Graph, budget: { steps: number }): Gathered {
  const seen = new Set([from]);
  const known = new Set<number>();
  const found: GatheredRule[] = [];
  const trail = [from];
  let { complete } = graph;
  for (let node = trail.pop(); node !== undefined; node = trail.pop()) {
    const rules = graph.rulesOf(node);
    complete &&= !graph.stale.has(graph.part[node]!);
    for (const held of rules) {
      if (known.has(held.number)) continue;
      known.add(held.number);
      found.push(held);
    }
    const next = graph.next(node);
    budget.steps -= rules.length + next.length;
    if (budget.steps < 0) return { rules: found, complete: false };
    for (let at = next.length - 1; at >= 0; at -= 1) {
      const to = next[at]!;
      if (seen.has(to)) continue;
      seen.add(to);
      trail.push(to);
    }
  }
  return { rules: found, complete };
}
