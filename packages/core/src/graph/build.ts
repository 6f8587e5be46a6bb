/** The attack graph of a cluster: all steps in flat arrays, where an attacker may come in, and what he must not get. */
import type { Inventory } from "../inventory/inventory.ts";
import { closure } from "./closure.ts";
import { stepsOfEdge, type AttackEdge } from "./edge.ts";
import { entriesOf, type Entry } from "./entries.ts";
import { chosenJewels, jewelsOf, type Jewel } from "./jewels.ts";
import { tooManyClasses } from "./lateral.ts";
import { edgesBy, type Edges } from "./search.ts";
import type { Step } from "./step.ts";
import { vertexKey, type Vertex } from "./vertex.ts";

/** Steps between numbered vertices. `out` and `into` list steps by the vertex they begin and end at. */
export interface AttackGraph {
  readonly steps: readonly Step[];
  readonly vertices: readonly Vertex[];
  readonly numberOf: (vertex: Vertex) => number | undefined;
  readonly tails: Int32Array;
  readonly heads: Int32Array;
  readonly out: Edges;
  readonly into: Edges;
  /** By step: 1 where it is certain. */
  readonly sure: Uint8Array;
  /** By step: 1 where it is an act of the attacker, 0 where it only says what is part of what. */
  readonly hops: Uint8Array;
  readonly entries: readonly Entry[];
  readonly jewels: readonly Jewel[];
  /** By vertex: the index of the jewel that it is, -1 for none. */
  readonly jewelOf: Int32Array;
  /** What was not read or left out, so that there may be more. */
  readonly missing: readonly string[];
}

export interface GraphOptions {
  /** Every workload is an entry, as if its code were the attacker's. */
  readonly everyWorkload?: boolean;
  /** The only entries, taken as compromised. */
  readonly from?: readonly Vertex[];
  /** How many paths are told at most; default 20. */
  readonly most?: number;
  /** The only targets. */
  readonly to?: readonly Vertex[];
}

const joints: ReadonlySet<string> = new Set([
  "member-of",
  "contains",
  "is-everything",
  "is-token-of",
  "exposed-workload",
]);

/** Builds the graph once for an inventory. Linear in its steps. */
export function attackGraph(
  inventory: Inventory,
  edges: readonly AttackEdge[],
  options: GraphOptions = {},
): AttackGraph {
  const more = edges.filter(({ given }) => given !== true).flatMap((edge) => stepsOfEdge(edge, inventory));
  const { steps, missing } = closure(inventory, { more });
  const { vertices, numberOf, tails, heads } = numbered(steps, options.from ?? []);
  const jewels =
    options.to === undefined ? jewelsOf(inventory, vertices) : chosenJewels(options.to, vertices, numberOf);
  const jewelOf = new Int32Array(vertices.length).fill(-1);
  jewels.forEach((jewel, index) => jewel.vertices.forEach((vertex) => (jewelOf[vertex] = index)));
  const lateral = edges.some(({ id }) => id === "lateral-connection") && tooManyClasses(inventory);
  return {
    steps,
    vertices,
    numberOf,
    tails,
    heads,
    out: edgesBy(tails, vertices.length),
    into: edgesBy(heads, vertices.length),
    sure: Uint8Array.from(steps, ({ unsure }) => Number(unsure.length === 0)),
    hops: Uint8Array.from(steps, hopsOf),
    entries: entriesOf({ inventory, steps, vertices, numberOf, options }),
    jewels,
    jewelOf,
    missing: lateral
      ? [...missing, "too many classes of pods: connections between them were left out"]
      : missing,
  };
}

/** Of a connection only the crossing counts, from the sending pods to those that listen. */
function hopsOf({ by, from, to }: Step): number {
  if (joints.has(by)) return 0;
  if (from.kind === "network" || to.kind === "network") return Number(from.kind === to.kind);
  return 1;
}

function numbered(
  steps: readonly Step[],
  more: readonly Vertex[],
): Pick<AttackGraph, "vertices" | "numberOf" | "tails" | "heads"> {
  const numbers = new Map<string, number>();
  const known = new Map<Vertex, number>();
  const vertices: Vertex[] = [];
  const number = (vertex: Vertex): number => {
    const seen = known.get(vertex);
    if (seen !== undefined) return seen;
    const key = vertexKey(vertex);
    let found = numbers.get(key);
    if (found === undefined) {
      numbers.set(key, (found = vertices.length));
      vertices.push(vertex);
    }
    known.set(vertex, found);
    return found;
  };
  const tails = Int32Array.from(steps, ({ from }) => number(from));
  const heads = Int32Array.from(steps, ({ to }) => number(to));
  for (const vertex of more) number(vertex);
  return { vertices, numberOf: (vertex) => numbers.get(vertexKey(vertex)), tails, heads };
}
