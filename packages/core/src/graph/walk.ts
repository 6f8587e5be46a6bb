/** Ways through steps: what can be reached from where, surely or perhaps, and by which shortest chain. */
import { edgesBy, search, wayOf, type Edges } from "./search.ts";
import type { Step } from "./step.ts";
import { vertexKey, type Vertex } from "./vertex.ts";

/** Something that can be held, or whence it can be. */
export interface Reached {
  readonly vertex: Vertex;
  /** False where every way has an unsure step. */
  readonly certain: boolean;
  /** Steps on the way. */
  readonly length: number;
}

/** Steps that can be walked. Vertices of which no step speaks lead nowhere, subjects but to their groups. */
export interface StepGraph {
  readonly steps: readonly Step[];
  readonly vertices: readonly Vertex[];
  /** All that can be held from here, certain before unsure, then nearest first; the start itself is left out. */
  readonly from: (vertex: Vertex) => readonly Reached[];
  /** All from which this can be held. */
  readonly to: (vertex: Vertex) => readonly Reached[];
  /** The shortest certain way, else the one with fewest doubts; `undefined` where there is none. */
  readonly way: (from: Vertex, to: Vertex) => readonly Step[] | undefined;
  /** The same for many starts and one end, by one search. */
  readonly waysTo: (to: Vertex) => (from: Vertex) => readonly Step[] | undefined;
  /** The steps that begin at a vertex. */
  readonly stepsFrom: (vertex: Vertex) => readonly Step[];
  /** The same in flat arrays. */
  readonly numbered: Numbered;
}

/** Steps as edges between numbered vertices. */
export interface Numbered {
  readonly steps: readonly Step[];
  readonly vertices: readonly Vertex[];
  readonly numberOf: (vertex: Vertex) => number | undefined;
  readonly tails: Int32Array;
  readonly heads: Int32Array;
  readonly out: Edges;
  readonly into: Edges;
  readonly sure: Uint8Array;
}

/** `joins`: the steps by which a vertex of which no step speaks leads to others. */
export function stepGraph(steps: readonly Step[], joins: (vertex: Vertex) => readonly Step[]): StepGraph {
  const graph = numberedFrom(steps);
  const { vertices, numberOf, out, into, tails, heads } = graph;
  const from = (vertex: Vertex): readonly Reached[] => {
    const start = numberOf(vertex);
    if (start !== undefined) return reached(graph, start, out, heads);
    const found = joins(vertex).flatMap(({ to }) => [{ vertex: to, certain: true, length: 0 }, ...from(to)]);
    return nearest(found).map((each) => ({ ...each, length: each.length + 1 }));
  };
  const way = (start: Vertex, end: Vertex): readonly Step[] | undefined => {
    const [first, last] = [numberOf(start), numberOf(end)];
    if (last === undefined) return undefined;
    if (first === undefined) return wayOver(joins(start), (vertex) => way(vertex, end));
    return wayOf(search(first, out, heads, graph.sure), first, last, tails)?.map((step) => steps[step]!);
  };
  return {
    steps,
    vertices,
    numbered: graph,
    from,
    to: (vertex) => {
      const end = numberOf(vertex);
      return end === undefined ? [] : reached(graph, end, into, tails);
    },
    way,
    waysTo: (end) => waysTo(graph, end, joins),
    stepsFrom: (vertex) => {
      const node = numberOf(vertex);
      if (node === undefined) return joins(vertex);
      return [...out.edges.subarray(out.start[node], out.start[node + 1])].map((step) => steps[step]!);
    },
  };
}

/** Gives every vertex a number, in the order in which steps speak of them. */
export function numberedFrom(steps: readonly Step[]): Numbered {
  const numbers = new Map<string, number>();
  // Most steps speak of a vertex by the same object, for which no text is to be made.
  const same = new Map<Vertex, number>();
  const vertices: Vertex[] = [];
  const number = (vertex: Vertex): number => {
    let known = same.get(vertex);
    if (known !== undefined) return known;
    const key = vertexKey(vertex);
    known = numbers.get(key);
    if (known === undefined) {
      numbers.set(key, (known = vertices.length));
      vertices.push(vertex);
    }
    same.set(vertex, known);
    return known;
  };
  const [tails, heads] = [new Int32Array(steps.length), new Int32Array(steps.length)];
  // Plain loops, for steps may be a million. Tails are numbered before heads.
  for (let step = 0; step < steps.length; step += 1) tails[step] = number(steps[step]!.from);
  for (let step = 0; step < steps.length; step += 1) heads[step] = number(steps[step]!.to);
  const sure = new Uint8Array(steps.length);
  for (let step = 0; step < steps.length; step += 1) sure[step] = Number(steps[step]!.unsure.length === 0);
  return {
    steps,
    vertices,
    numberOf: (vertex) => numbers.get(vertexKey(vertex)),
    tails,
    heads,
    out: edgesBy(tails, vertices.length),
    into: edgesBy(heads, vertices.length),
    sure,
  };
}

function reached(
  { vertices, sure }: Numbered,
  start: number,
  edges: Edges,
  ends: Int32Array,
): readonly Reached[] {
  const { order, doubts, lengths } = search(start, edges, ends, sure);
  return order
    .slice(1)
    .map((node) => ({ vertex: vertices[node]!, certain: doubts[node] === 0, length: lengths[node]! }));
}

function waysTo(
  { steps, numberOf, into, tails, heads, sure }: Numbered,
  end: Vertex,
  joins: (vertex: Vertex) => readonly Step[],
): (from: Vertex) => readonly Step[] | undefined {
  const last = numberOf(end);
  if (last === undefined) return () => undefined;
  const found = search(last, into, tails, sure);
  const way = (start: Vertex): readonly Step[] | undefined => {
    const first = numberOf(start);
    if (first === undefined) return wayOver(joins(start), way);
    return wayOf(found, last, first, heads)
      ?.map((step) => steps[step]!)
      .reverse();
  };
  return way;
}

/** Each vertex once, by its best way. */
function nearest(found: Reached[]): readonly Reached[] {
  const best = new Map<string, Reached>();
  for (const each of found.sort((a, b) => Number(b.certain) - Number(a.certain) || a.length - b.length))
    if (!best.has(vertexKey(each.vertex))) best.set(vertexKey(each.vertex), each);
  return [...best.values()];
}

function wayOver(
  joins: readonly Step[],
  way: (vertex: Vertex) => readonly Step[] | undefined,
): readonly Step[] | undefined {
  const ways = joins.flatMap((step) => {
    const rest = way(step.to);
    return rest === undefined ? [] : [[step, ...rest]];
  });
  return ways.sort((a, b) => doubtsOf(a) - doubtsOf(b) || a.length - b.length)[0];
}

function doubtsOf(steps: readonly Step[]): number {
  return steps.filter(({ unsure }) => unsure.length > 0).length;
}
