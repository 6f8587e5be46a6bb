/**
 * The cut to act on: on every path, the last step that an edit can break. It depends on no other choice, so that a fact
 * made worse only ever adds to it. The fewest and cheapest edits are another answer: `choke.ts`.
 */
import type { AttackGraph } from "./build.ts";
import { allPairs, allPaths, reachTo, type Pairs, type Path } from "./paths.ts";
import { mostHops, reach, type Budget } from "./reach.ts";

/** Edits of which all are needed, by index. */
export type Option = readonly number[];

/** By step, the ways to break it; none for a step that no edit breaks. Best first. */
export type Options = (step: number) => readonly Option[];

/** An edit of the cut, with the gravest of what it keeps from whom. */
export interface CutEdit {
  readonly edit: number;
  readonly entry: number;
  readonly jewel: number;
}

/** The cut of every path that can be cut. Linear in the steps of the graph. */
export interface Cut {
  readonly edits: readonly CutEdit[];
  /** Steps that are broken by it. */
  readonly broken: ReadonlySet<number>;
}

/** Pairs that are to be cut as cheaply as can be. */
export interface ChokeCase {
  readonly graph: AttackGraph;
  /** The best path of each pair that can be cut. */
  readonly paths: readonly Path[];
  readonly optionsOf: Options;
  readonly costOf: (edit: number) => number;
  readonly budget: Budget;
  /** How many are told at most. */
  readonly most?: number;
  /** Work of the exact search, in clauses looked at. */
  readonly exactWork?: number;
  /** How many pairs are many; default 500. */
  readonly manyPairs?: number;
}

/** The last step of each path that an edit can break, and for it the best option. */
export function lastCut(graph: AttackGraph, optionsOf: Options, budget: Budget): Cut {
  const { into, tails, hops, near, firstDoor } = graph;
  const origin = originsOf(graph, budget);
  const fixed = fixedSteps(graph, optionsOf);
  const edits = new Map<number, CutEdit>();
  const broken = new Set<number>();
  /** By step, the jewel for which it was first found: what it keeps from graver ones is noted already. */
  const seen = new Int32Array(graph.steps.length).fill(-1);
  graph.jewels.forEach(({ vertices }, jewel) => {
    if (budget.left <= 0) return;
    const own = new Set(vertices);
    const backward = reachTo(graph, jewel, (step) => fixed[step] === 1, budget);
    for (const head of backward.order) {
      budget.left -= into.start[head + 1]! - into.start[head]!;
      for (let at = into.start[head]!; at < into.start[head + 1]!; at += 1) {
        const step = into.edges[at]!;
        const tail = tails[step]!;
        if (fixed[step] === 1 || seen[step] !== -1) continue;
        if (near[tail]! + hops[step]! + backward.hops[head]! > mostHops || own.has(tail)) continue;
        // What is a way in and a target at once is no path: nothing leads on.
        if (tail >= firstDoor && own.has(head)) continue;
        seen[step] = jewel;
        broken.add(step);
        for (const edit of optionsOf(step)[0]!) note(edits, { edit, entry: origin[tail]!, jewel });
      }
    }
  });
  return { edits: [...edits.values()], broken };
}

/** By step, 1 where no edit breaks it. */
export function fixedSteps({ steps, out }: AttackGraph, optionsOf: Options): Uint8Array {
  const fixed = new Uint8Array(steps.length);
  for (const step of out.edges) fixed[step] = Number(optionsOf(step).length === 0);
  return fixed;
}

/** By vertex, the entry from which it was reached. */
function originsOf({ entries, vertices, tails, heads, hops, out }: AttackGraph, budget: Budget): Int32Array {
  const starts = entries.map(({ vertex }) => vertex);
  const field = { edges: out, ends: heads, hops, count: vertices.length };
  const { order, via } = reach(field, starts, () => true, budget);
  const origin = new Int32Array(vertices.length).fill(-1);
  entries.forEach(({ vertex }, index) => (origin[vertex] = index));
  for (const vertex of order) if (via[vertex] !== -1) origin[vertex] = origin[tails[via[vertex]!]!]!;
  return origin;
}

/** Jewels come gravest first, entries strongest first: the first of them stays, then the strongest entry. */
function note(edits: Map<number, CutEdit>, found: CutEdit): void {
  const before = edits.get(found.edit);
  if (before === undefined) edits.set(found.edit, found);
  else if (before.jewel === found.jewel && found.entry < before.entry) edits.set(found.edit, found);
}

/** Pairs that stay connected whatever is edited; `searched`: how many of the jewels were looked at whole. */
export function uncutPaths(
  graph: AttackGraph,
  optionsOf: Options,
  budget: Budget,
): { readonly paths: readonly Path[]; readonly searched: number } {
  const fixed = fixedSteps(graph, optionsOf);
  return allPaths(graph, budget, (step) => fixed[step] === 1, [false]);
}

/** The same without the ways between them: who is connected to what. */
export function openPairs(
  graph: AttackGraph,
  optionsOf: Options,
  budget: Budget,
): { readonly pairs: Pairs; readonly searched: number } {
  const fixed = fixedSteps(graph, optionsOf);
  return allPairs(graph, budget, (step) => fixed[step] === 1);
}
