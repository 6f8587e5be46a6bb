/**
 * The cut to act on: on every path, the last step that an edit can break. It depends on no other choice, so that a fact
 * made worse only ever adds to it. The fewest and cheapest edits are another answer: `choke.ts`.
 */
import type { AttackGraph } from "./build.ts";
import { allPaths, reachTo, type Path } from "./paths.ts";
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

/** The last step of each path that an edit can break, and for it the best option. */
export function lastCut(graph: AttackGraph, optionsOf: Options, budget: Budget): Cut {
  const { into, tails, hops, near } = graph;
  const origin = originsOf(graph, budget);
  const isFixed = (step: number): boolean => optionsOf(step).length === 0;
  const edits = new Map<number, CutEdit>();
  const broken = new Set<number>();
  graph.jewels.forEach(({ vertices }, jewel) => {
    const own = new Set(vertices);
    const backward = reachTo(graph, jewel, isFixed, budget);
    for (const head of backward.order) {
      for (let at = into.start[head]!; at < into.start[head + 1]!; at += 1) {
        const step = into.edges[at]!;
        const tail = tails[step]!;
        if (near[tail]! + hops[step]! + backward.hops[head]! > mostHops) continue;
        if (own.has(tail) || isFixed(step)) continue;
        broken.add(step);
        for (const edit of optionsOf(step)[0]!) note(edits, { edit, entry: origin[tail]!, jewel });
      }
    }
  });
  return { edits: [...edits.values()], broken };
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

/** Pairs that stay connected whatever is edited. */
export function uncutPaths(graph: AttackGraph, optionsOf: Options, budget: Budget): readonly Path[] {
  return allPaths(graph, budget, (step) => optionsOf(step).length === 0, [false]).paths;
}
