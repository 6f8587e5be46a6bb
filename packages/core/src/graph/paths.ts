/** Shortest attack paths from entries to jewels: at most six hops, certain ones first, bounded in work. */
import type { AttackGraph } from "./build.ts";
import { reach, type Budget, type Reach } from "./reach.ts";

/** A way from an entry to a jewel. */
export interface Path {
  readonly entry: number;
  readonly jewel: number;
  /** Indexes of steps, from the entry on. */
  readonly steps: readonly number[];
  /** False where the entry or a step is unsure. */
  readonly certain: boolean;
}

/** Steps that a search looks at before it ends and says so: some seconds. */
export const defaultWork = 250_000_000;

/** The steps from a vertex on to the jewel, as a search from the jewel went. */
export function wayFrom({ heads }: AttackGraph, { via }: Reach, vertex: number): readonly number[] {
  const steps: number[] = [];
  for (let at = vertex; via[at] !== -1; at = heads[via[at]!]!) steps.push(via[at]!);
  return steps;
}

/** The steps by which a vertex was reached, as a search from the entries went. */
export function wayTo({ tails }: AttackGraph, { via }: Reach, vertex: number): readonly number[] {
  const steps: number[] = [];
  for (let at = vertex; via[at] !== -1; at = tails[via[at]!]!) steps.push(via[at]!);
  return steps.reverse();
}

/** All that leads to a jewel over open steps. */
export function reachTo(
  graph: AttackGraph,
  jewel: number,
  open: (step: number) => boolean,
  budget: Budget,
): Reach {
  const { into, tails: ends, hops, near, vertices } = graph;
  return reach(
    { edges: into, ends, hops, count: vertices.length, rest: near },
    graph.jewels[jewel]!.vertices,
    open,
    budget,
  );
}

/**
 * The best path to one jewel from each entry that leads there: a certain one where there is one, else the shortest.
 * Searched from the jewel, so that what many entries have in common is walked once. `passes`: over certain steps only,
 * over all; the second alone finds the shortest, and does not tell which are certain.
 */
export function pathsTo(
  graph: AttackGraph,
  jewel: number,
  open: (step: number) => boolean,
  budget: Budget,
  passes: readonly boolean[] = [true, false],
): readonly Path[] {
  const found = new Map<number, Path>();
  for (const sureOnly of passes) {
    if (found.size === graph.entries.length) break;
    const allowed = sureOnly ? (step: number): boolean => graph.sure[step] === 1 && open(step) : open;
    const reached = reachTo(graph, jewel, allowed, budget);
    graph.entries.forEach(({ vertex, certain }, entry) => {
      if (reached.via[vertex] === -1 || found.has(entry)) return;
      if (isDoorstep(graph, reached, vertex)) return;
      const steps = wayFrom(graph, reached, vertex);
      budget.left -= steps.length;
      found.set(entry, { entry, jewel, steps, certain: sureOnly && certain });
    });
  }
  return [...found.values()];
}

/**
 * The best path of every pair of entry and jewel. `searched`: how many of the jewels, in their order, were looked at
 * whole; `partial`: the budget ended before all were.
 */
export function allPaths(
  graph: AttackGraph,
  budget: Budget,
  open: (step: number) => boolean = () => true,
  passes?: readonly boolean[],
): { readonly paths: readonly Path[]; readonly searched: number; readonly partial: boolean } {
  const paths: Path[] = [];
  for (let jewel = 0; jewel < graph.jewels.length; jewel += 1) {
    for (const path of pathsTo(graph, jewel, open, budget, passes)) paths.push(path);
    if (budget.left <= 0) return { paths, searched: jewel, partial: true };
  }
  return { paths, searched: graph.jewels.length, partial: false };
}

/** What is a way in and a target at once is no path: nothing leads on. */
function isDoorstep({ heads, firstDoor }: AttackGraph, { via }: Reach, vertex: number): boolean {
  return vertex >= firstDoor && via[heads[via[vertex]!]!] === -1;
}

/** Pairs of an entry and a jewel. */
export interface Pairs {
  readonly has: (entry: number, jewel: number) => boolean;
  readonly add: (entry: number, jewel: number) => void;
}

/** None yet. Each takes a bit, for there may be millions. */
export function pairSet({ entries, jewels }: AttackGraph): Pairs {
  const bits = new Uint8Array(Math.ceil((entries.length * jewels.length) / 8));
  const numberOf = (entry: number, jewel: number): number => jewel * entries.length + entry;
  return {
    has: (entry, jewel) => {
      const number = numberOf(entry, jewel);
      return (bits[Math.floor(number / 8)]! & (1 << (number % 8))) !== 0;
    },
    add: (entry, jewel) => {
      const number = numberOf(entry, jewel);
      bits[Math.floor(number / 8)]! |= 1 << (number % 8);
    },
  };
}

/** Every pair that open steps connect; `searched` as in `allPaths`. */
export function allPairs(
  graph: AttackGraph,
  budget: Budget,
  open: (step: number) => boolean,
): { readonly pairs: Pairs; readonly searched: number } {
  const pairs = pairSet(graph);
  for (let jewel = 0; jewel < graph.jewels.length; jewel += 1) {
    const reached = reachTo(graph, jewel, open, budget);
    graph.entries.forEach(({ vertex }, entry) => {
      if (reached.via[vertex] !== -1 && !isDoorstep(graph, reached, vertex)) pairs.add(entry, jewel);
    });
    if (budget.left <= 0) return { pairs, searched: jewel };
  }
  return { pairs, searched: graph.jewels.length };
}

/** Up to so many different paths of one pair, best first: each further one avoids a step of one before. */
export function alternatives(
  graph: AttackGraph,
  first: Path,
  count: number,
  budget: Budget,
): readonly Path[] {
  const found = [first];
  const seen = new Set([first.steps.join()]);
  for (let at = 0; at < found.length && found.length < count; at += 1) {
    for (const banned of found[at]!.steps) {
      const others = pathsTo(graph, first.jewel, (step) => step !== banned, budget);
      const other = others.find(({ entry }) => entry === first.entry);
      if (other === undefined || seen.has(other.steps.join()) || found.length >= count) continue;
      seen.add(other.steps.join());
      found.push(other);
    }
  }
  return found;
}
