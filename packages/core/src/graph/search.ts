/** Breadth-first search over numbered nodes: certain edges first, doubtful ones after. */

/** Edges of both directions in flat arrays: the edges of node n are `edges[start[n]] … edges[start[n + 1] - 1]`. */
export interface Edges {
  readonly start: Int32Array;
  readonly edges: Int32Array;
}

/** What a search found, by node. */
export interface Search {
  /** Number of unsure steps to a node, -1 where it is not reached. */
  readonly doubts: Int32Array;
  readonly lengths: Int32Array;
  /** The step by which a node was reached. */
  readonly via: Int32Array;
  /** Nodes as they were reached. */
  readonly order: readonly number[];
}

/** Edges in order of the node at one of their ends. `count`: of nodes; `steps`: the only ones to take. */
export function edgesBy(ends: Int32Array, count: number, steps?: Int32Array): Edges {
  const kept = steps ?? upTo(ends.length);
  const start = new Int32Array(count + 1);
  for (let at = 0; at < kept.length; at += 1) start[ends[kept[at]!]! + 1]! += 1;
  for (let node = 0; node < count; node += 1) start[node + 1]! += start[node]!;
  const next = start.slice(0, count);
  const edges = new Int32Array(kept.length);
  for (let at = 0; at < kept.length; at += 1) edges[next[ends[kept[at]!]!]!++] = kept[at]!;
  return { start, edges };
}

/** All numbers below one. */
export function upTo(count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let number = 0; number < count; number += 1) numbers[number] = number;
  return numbers;
}

/**
 * Breadth first over certain steps; then on by one unsure step, and so on: fewest doubts first, then fewest steps.
 */
export function search(start: number, edges: Edges, ends: Int32Array, sure: Uint8Array): Search {
  const count = edges.start.length - 1;
  const doubts = new Int32Array(count).fill(-1);
  const lengths = new Int32Array(count);
  const via = new Int32Array(count).fill(-1);
  const order: number[] = [];
  const reach = (node: number, from: number, step: number, doubt: number): void => {
    doubts[node] = doubt;
    lengths[node] = lengths[from]! + 1;
    via[node] = step;
  };
  doubts[start] = 0;
  let level = [start];
  for (let doubt = 0; level.length > 0; doubt += 1) {
    let at = order.length;
    for (const node of level) order.push(node);
    /** Pairs of an unsure step and the node it begins at. */
    const unsure: number[] = [];
    for (; at < order.length; at += 1) {
      const node = order[at]!;
      for (let edge = edges.start[node]!; edge < edges.start[node + 1]!; edge += 1) {
        const step = edges.edges[edge]!;
        const to = ends[step]!;
        if (doubts[to] !== -1) continue;
        if (sure[step] === 0) unsure.push(step, node);
        else {
          reach(to, node, step, doubt);
          order.push(to);
        }
      }
    }
    level = crossed(unsure, ends, doubts, (to, from, step) => reach(to, from, step, doubt + 1));
  }
  return { doubts, lengths, via, order };
}

/** Takes the unsure steps that lead to nodes not reached yet; the nodes, each once. */
function crossed(
  unsure: readonly number[],
  ends: Int32Array,
  doubts: Int32Array,
  reach: (to: number, from: number, step: number) => void,
): number[] {
  const level: number[] = [];
  for (let at = 0; at < unsure.length; at += 2) {
    const step = unsure[at]!;
    const to = ends[step]!;
    if (doubts[to] !== -1) continue;
    reach(to, unsure[at + 1]!, step);
    level.push(to);
  }
  return level;
}

/** The steps from start to end, as a search went. */
export function wayOf(
  found: Search,
  start: number,
  end: number,
  behind: Int32Array,
): readonly number[] | undefined {
  if (found.doubts[end] === -1) return undefined;
  const way: number[] = [];
  for (let node = end; node !== start; node = behind[way.at(-1)!]!) way.push(found.via[node]!);
  return way.reverse();
}
