/** Shortest attack paths from entries to jewels: at most six hops, certain ones first, bounded in work. */
import type { AttackGraph } from "./build.ts";

/** Acts of the attacker on one path at most. */
export const mostHops = 6;

/** A way from an entry to a jewel. */
export interface Path {
  readonly entry: number;
  readonly jewel: number;
  /** Indexes of steps, from the entry on. */
  readonly steps: readonly number[];
  /** False where the entry or a step is unsure. */
  readonly certain: boolean;
}

/** Steps that may yet be looked at; where none are left, what was found is not all. */
export interface Budget {
  left: number;
}

export const defaultWork = 100_000_000;

/** What one search reached: by vertex, the step it was reached by (-1: not, or the start), and the hops. */
export interface Reach {
  readonly via: Int32Array;
  readonly hops: Uint8Array;
  readonly order: readonly number[];
}

/** The hops of a vertex that was not reached. */
export const unseen = 255;

/** Breadth first, by hops, from some vertices; never on from the cluster, which holds everything. */
export function reach(
  graph: AttackGraph,
  starts: readonly number[],
  open: (step: number) => boolean,
  budget: Budget,
  backward = false,
): Reach {
  const { heads, tails } = graph;
  const { start, edges } = backward ? graph.into : graph.out;
  const ends = backward ? tails : heads;
  const via = new Int32Array(graph.vertices.length).fill(-1);
  const hops = new Uint8Array(graph.vertices.length).fill(unseen);
  const levels: number[][] = Array.from({ length: mostHops + 1 }, () => []);
  const order: number[] = [];
  for (const vertex of starts) {
    hops[vertex] = 0;
    levels[0]!.push(vertex);
  }
  for (let level = 0; level <= mostHops; level += 1) {
    const queue = levels[level]!;
    for (let at = 0; at < queue.length; at += 1) {
      const vertex = queue[at]!;
      if (hops[vertex] !== level) continue;
      order.push(vertex);
      if (!backward && graph.vertices[vertex]!.kind === "cluster") continue;
      for (let edge = start[vertex]!; edge < start[vertex + 1]!; edge += 1) {
        const step = edges[edge]!;
        const end = ends[step]!;
        const next = level + graph.hops[step]!;
        if (next > mostHops || hops[end]! <= next || !open(step)) continue;
        hops[end] = next;
        via[end] = step;
        levels[next]!.push(end);
      }
      budget.left -= start[vertex + 1]! - start[vertex]!;
      if (budget.left <= 0) return { via, hops, order };
    }
  }
  return { via, hops, order };
}

/** The steps by which a vertex was reached, from the start on. */
export function wayTo({ tails }: AttackGraph, { via }: Reach, vertex: number): readonly number[] {
  const steps: number[] = [];
  for (let at = vertex; via[at] !== -1; at = tails[via[at]!]!) steps.push(via[at]!);
  return steps.reverse();
}

/**
 * The best path from one entry to each jewel that it leads to: a certain one where there is one, else the shortest.
 * `passes`: over certain steps only, over all; the second alone finds the shortest, and does not tell which are certain.
 */
export function pathsFrom(
  graph: AttackGraph,
  entry: number,
  open: (step: number) => boolean,
  budget: Budget,
  passes: readonly boolean[] = [true, false],
): readonly Path[] {
  const found = new Map<number, Path>();
  const { vertex, certain } = graph.entries[entry]!;
  for (const sureOnly of passes) {
    const allowed = sureOnly ? (step: number): boolean => graph.sure[step] === 1 && open(step) : open;
    const reached = reach(graph, [vertex], allowed, budget);
    for (const end of reached.order) {
      const jewel = graph.jewelOf[end]!;
      if (jewel === -1 || end === vertex || found.has(jewel)) continue;
      found.set(jewel, { entry, jewel, steps: wayTo(graph, reached, end), certain: sureOnly && certain });
    }
  }
  return [...found.values()];
}

/** The best path of every pair of entry and jewel. `partial`: the budget ended first. */
export function allPaths(
  graph: AttackGraph,
  budget: Budget,
  open: (step: number) => boolean = () => true,
  passes?: readonly boolean[],
): { readonly paths: readonly Path[]; readonly partial: boolean } {
  const paths: Path[] = [];
  for (let entry = 0; entry < graph.entries.length; entry += 1) {
    if (budget.left <= 0) return { paths, partial: true };
    paths.push(...pathsFrom(graph, entry, open, budget, passes));
  }
  return { paths, partial: budget.left <= 0 };
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
      const others = pathsFrom(graph, first.entry, (step) => step !== banned, budget);
      const other = others.find(({ jewel }) => jewel === first.jewel);
      if (other === undefined || seen.has(other.steps.join()) || found.length >= count) continue;
      seen.add(other.steps.join());
      found.push(other);
    }
  }
  return found;
}
