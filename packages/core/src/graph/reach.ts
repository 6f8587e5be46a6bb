/** Breadth-first search by hops over flat arrays, bounded in hops and in work. */
import type { Edges } from "./search.ts";

/** Acts of the attacker on one path at most. */
export const mostHops = 6;

/** Steps that may yet be looked at; where none are left, what was found is not all. */
export interface Budget {
  left: number;
}

/** What one search reached: by vertex, the step it was reached by (-1: not, or the start), and the hops. */
export interface Reach {
  readonly via: Int32Array;
  readonly hops: Uint8Array;
  readonly order: readonly number[];
}

/** The hops of a vertex that was not reached. */
export const unseen = 255;

/** Steps in one direction. */
export interface Field {
  readonly edges: Edges;
  /** By step, the vertex at which it ends in that direction. */
  readonly ends: Int32Array;
  /** By step, 1 or 0. */
  readonly hops: Uint8Array;
  /** Of vertices. */
  readonly count: number;
  /** By vertex, the hops that are needed on from it: a way is of use where both together are no more than a path's. */
  readonly rest?: Uint8Array;
}

/** What can be reached from some vertices over open steps, nearest first. */
export function reach(
  { edges: { start, edges }, ends, hops: lengths, count, rest }: Field,
  starts: readonly number[],
  open: (step: number) => boolean,
  budget: Budget,
): Reach {
  const via = new Int32Array(count).fill(-1);
  const hops = new Uint8Array(count).fill(unseen);
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
      for (let edge = start[vertex]!; edge < start[vertex + 1]!; edge += 1) {
        const step = edges[edge]!;
        const end = ends[step]!;
        const next = level + lengths[step]!;
        const most = rest === undefined ? mostHops : mostHops - rest[end]!;
        if (hops[end]! <= next || next > most || !open(step)) continue;
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
