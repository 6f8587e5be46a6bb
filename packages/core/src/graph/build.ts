/** The attack graph of a cluster: all steps in flat arrays, where an attacker may come in, and what he must not get. */
import type { Inventory } from "../inventory/inventory.ts";
import { closure } from "./closure.ts";
import { stepsOfEdge, type AttackEdge } from "./edge.ts";
import { entriesOf, type Entry, type GraphOptions } from "./entries.ts";
import { chosenJewels, jewelsOf, type Jewel } from "./jewels.ts";
import { tooManyClasses } from "./lateral.ts";
import type { Step } from "./step.ts";
import type { Numbered } from "./walk.ts";

/** Steps between numbered vertices, with where paths begin and end. */
export interface AttackGraph extends Numbered {
  /** By step: 1 where it is an act of the attacker, 0 where it only says what is part of what. */
  readonly hops: Uint8Array;
  readonly entries: readonly Entry[];
  readonly jewels: readonly Jewel[];
  /** By vertex: the index of the jewel that it is, -1 for none. */
  readonly jewelOf: Int32Array;
  /** What was not read or left out, so that there may be more. */
  readonly missing: readonly string[];
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
  const { missing, numbered } = closure(inventory, { more });
  const { steps, vertices, numberOf } = numbered;
  const jewels =
    options.to === undefined ? jewelsOf(inventory, vertices) : chosenJewels(options.to, vertices, numberOf);
  const jewelOf = new Int32Array(vertices.length).fill(-1);
  jewels.forEach((jewel, index) => jewel.vertices.forEach((vertex) => (jewelOf[vertex] = index)));
  const lateral = edges.some(({ id }) => id === "lateral-connection") && tooManyClasses(inventory);
  return {
    ...numbered,
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
