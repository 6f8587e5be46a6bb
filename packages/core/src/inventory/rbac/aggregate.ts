/** The rules that Kubernetes gathers into a ClusterRole with an aggregation rule, worked out for roles that no controller has filled in. */
import { isJsonArray, isJsonObject, type Json } from "../../model/json.ts";
import { matchesSelector } from "../selector.ts";
import { componentsOf } from "./components.ts";
import { once } from "./once.ts";
import type { Rule } from "./rule.ts";

export interface ClusterRole {
  readonly name: string;
  readonly labels: { readonly [key: string]: string };
  /** Of its aggregation rule; empty for a role that holds its own rules. */
  readonly selectors: readonly Json[];
  readonly rules: readonly Rule[];
}

export interface GatheredRule {
  readonly rule: Rule;
  /** The ClusterRole in which it is written. */
  readonly origin: string;
}

export interface Gathered {
  readonly rules: readonly GatheredRule[];
  /** False where gathering was given up at a limit: there may be more. */
  readonly complete: boolean;
}

/** Labels that a selector may be compared with, and rules that may be gathered, over all roles of a cluster. */
const mostComparisons = 4_000_000;
const mostRules = 4_000_000;

/** The selectors of an aggregation rule. Without any, the controller leaves the role alone. */
export function selectorsOf(aggregationRule: Json | undefined): readonly Json[] {
  const selectors = isJsonObject(aggregationRule) ? aggregationRule["clusterRoleSelectors"] : undefined;
  return isJsonArray(selectors) ? selectors : [];
}

/**
 * What an aggregated role holds once the controller has come to rest: the rules of every role that its selectors lead
 * to, through other aggregated roles too. An aggregated role's own rules are overwritten and do not count, unless its
 * selectors find nobody: the controller then applies no rules, and leaves those that stand. Circles end. Copied from `syncClusterRole` in pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go of
 * Kubernetes 1.35, of which this is the least fixed point.
 */
export function aggregation(roles: readonly ClusterRole[]): (name: string) => Gathered | undefined {
  const graph = once(() => graphOf(roles));
  const budget = { rules: mostRules };
  const known = new Map<number, Gathered>();
  const index = new Map(roles.map((role, at) => [role.name, at]));
  return (name) => {
    const at = index.get(name);
    if (at === undefined || roles[at]!.selectors.length === 0) return undefined;
    const { part } = graph();
    let gathered = known.get(part[at]!);
    if (gathered === undefined) known.set(part[at]!, (gathered = gather(at, roles, graph(), budget)));
    return gathered;
  };
}

/** Roles come first, then the distinct selectors: many roles may share one selector. */
interface Graph {
  readonly next: (node: number) => readonly number[];
  readonly part: Int32Array;
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
  return { next, part: componentsOf(roles.length + selected.length, next), complete };
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

function gather(
  from: number,
  roles: readonly ClusterRole[],
  graph: Graph,
  budget: { rules: number },
): Gathered {
  const seen = new Set([from]);
  const found = new Map<string, GatheredRule>();
  const trail = [from];
  for (let node = trail.pop(); node !== undefined; node = trail.pop()) {
    const role = roles[node];
    if (role !== undefined && holdsOwn(node, role, graph)) {
      for (const rule of role.rules) {
        const key = JSON.stringify(rule);
        if (!found.has(key)) found.set(key, { rule, origin: role.name });
      }
      budget.rules -= role.rules.length;
      if (budget.rules < 0) return { rules: [...found.values()], complete: false };
    }
    for (const next of graph.next(node).toReversed()) {
      if (seen.has(next)) continue;
      seen.add(next);
      trail.push(next);
    }
  }
  return { rules: [...found.values()], complete: graph.complete };
}

function holdsOwn(node: number, role: ClusterRole, graph: Graph): boolean {
  if (role.selectors.length === 0) return true;
  return graph.next(node).every((selector) => graph.next(selector).every((found) => found === node));
}
