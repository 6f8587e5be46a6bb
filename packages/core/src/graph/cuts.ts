/**
 * Edits that cut attack paths. Two answers: the cut to act on breaks, on every path, the last step that an edit can
 * break. It depends on no other choice, so that a fact made worse only ever adds to it. The choke points are the fewest
 * and cheapest edits that cut the most paths, wherever they lie, chosen one after another.
 */
import type { AttackGraph } from "./build.ts";
import { allPaths, mostHops, pathsFrom, reach, unseen, type Budget, type Path, type Reach } from "./paths.ts";

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
  const starts = graph.entries.map(({ vertex }) => vertex);
  const forward = reach(graph, starts, () => true, budget);
  const origin = originsOf(graph, forward);
  const fixed = Uint8Array.from(graph.steps, (_, step) => Number(optionsOf(step).length === 0));
  const edits = new Map<number, CutEdit>();
  const broken = new Set<number>();
  graph.jewels.forEach((jewel, index) => {
    const backward = reach(graph, jewel.vertices, (step) => fixed[step] === 1, budget, true);
    for (const head of backward.order) {
      for (let at = graph.into.start[head]!; at < graph.into.start[head + 1]!; at += 1) {
        const step = graph.into.edges[at]!;
        const tail = graph.tails[step]!;
        if (fixed[step] === 1 || forward.hops[tail] === unseen) continue;
        if (forward.hops[tail]! + graph.hops[step]! + backward.hops[head]! > mostHops) continue;
        if (graph.jewelOf[tail] === index || graph.vertices[tail]!.kind === "cluster") continue;
        broken.add(step);
        for (const edit of optionsOf(step)[0]!) note(edits, { edit, entry: origin[tail]!, jewel: index });
      }
    }
  });
  return { edits: [...edits.values()], broken };
}

/** By vertex, the entry from which it was reached. */
function originsOf({ entries, vertices, tails }: AttackGraph, { order, via }: Reach): Int32Array {
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

/** One of the choke points: edits that go together, and how many paths are cut once they are made, those before too. */
export interface Choke {
  readonly edits: Option;
  readonly cut: number;
}

/** Greedily: of all options on the paths that are left, the one that cuts most for its cost. */
export function chokePoints(
  graph: AttackGraph,
  paths: readonly Path[],
  optionsOf: Options,
  costOf: (edit: number) => number,
  budget: Budget,
  most = 20,
): { readonly chokes: readonly Choke[]; readonly partial: boolean } {
  const chosen = new Set<number>();
  const isOpen = (step: number): boolean =>
    !optionsOf(step).some((option) => option.every((edit) => chosen.has(edit)));
  let left = paths;
  const chokes: Choke[] = [];
  while (left.length > 0 && chokes.length < most && budget.left > 0) {
    const best = bestOf(left, optionsOf, (option) =>
      option.reduce((sum, edit) => sum + (chosen.has(edit) ? 0 : costOf(edit)), 0),
    );
    if (best === undefined) break;
    for (const edit of best) chosen.add(edit);
    left = again(graph, left, isOpen, budget);
    chokes.push({ edits: best, cut: paths.length - left.length });
  }
  return { chokes, partial: budget.left <= 0 };
}

/** The paths that are left, and for those that are cut another way of the same pair, where there is one. */
function again(
  graph: AttackGraph,
  paths: readonly Path[],
  open: (step: number) => boolean,
  budget: Budget,
): readonly Path[] {
  const [left, cut] = [[] as Path[], [] as Path[]];
  for (const path of paths) (path.steps.every(open) ? left : cut).push(path);
  for (const [entry, own] of Map.groupBy(cut, (path) => path.entry)) {
    const others = new Map(pathsFrom(graph, entry, open, budget, [false]).map((path) => [path.jewel, path]));
    left.push(...own.flatMap(({ jewel }) => others.get(jewel) ?? []));
  }
  return left;
}

function bestOf(
  paths: readonly Path[],
  optionsOf: Options,
  costOf: (option: Option) => number,
): Option | undefined {
  const counts = new Map<string, { option: Option; paths: number }>();
  for (const { steps } of paths) {
    const own = new Map(steps.flatMap(optionsOf).map((option) => [option.join(), option]));
    for (const [key, option] of own) {
      const entry = counts.get(key) ?? { option, paths: 0 };
      entry.paths += 1;
      counts.set(key, entry);
    }
  }
  const worth = ({ option, paths: cut }: { option: Option; paths: number }): number => cut / costOf(option);
  let best: { key: string; worth: number; option: Option } | undefined;
  for (const [key, entry] of counts) {
    const own = worth(entry);
    if (best === undefined || own > best.worth || (own === best.worth && key < best.key))
      best = { key, worth: own, option: entry.option };
  }
  return best?.option;
}

/** Pairs that stay connected whatever is edited. */
export function uncutPaths(graph: AttackGraph, optionsOf: Options, budget: Budget): readonly Path[] {
  return allPaths(graph, budget, (step) => optionsOf(step).length === 0, [false]).paths;
}
