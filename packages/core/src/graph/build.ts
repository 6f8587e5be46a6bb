/** The attack graph of a cluster: all steps in flat arrays, where an attacker may come in, and what he must not get. */
import type { Inventory } from "../inventory/inventory.ts";
import { workloadKinds } from "../inventory/podspec.ts";
import { closureParts, type ClosureParts } from "./closure.ts";
import { stepsOfEdge, type AttackEdge } from "./edge.ts";
import { entriesOf, type Entry, type GraphOptions } from "./entries.ts";
import { chosenJewels, jewelsOf, type Jewel } from "./jewels.ts";
import { tooManyClasses } from "./lateral.ts";
import { mostHops, reach } from "./reach.ts";
import { edgesBy, upTo, type Edges } from "./search.ts";
import type { Step } from "./step.ts";
import { choicesOf, membershipsOf } from "./relations.ts";
import { vertexKey, type Vertex } from "./vertex.ts";
import { numberedFrom, type Numbered } from "./walk.ts";

/** Steps between numbered vertices, with where paths begin and end. */
export interface AttackGraph extends Numbered {
  /** Of the steps, those that can lie on a path: near enough to an entry and to a jewel. */
  readonly out: Edges;
  readonly into: Edges;
  /** Vertices from this number on are doors: each is the outside as it leads to one entry, so that a way in can be cut. */
  readonly firstDoor: number;
  /** By vertex, the hops from the nearest entry. */
  readonly near: Uint8Array;
  /** By step: 1 where it is an act of the attacker, 0 where it only says what is part of what. */
  readonly hops: Uint8Array;
  readonly entries: readonly Entry[];
  readonly jewels: readonly Jewel[];
  /** What was not read or left out, so that there may be more. */
  readonly missing: readonly string[];
}

const joints: ReadonlySet<string> = new Set([
  "member-of",
  "contains",
  "part-of",
  "is-everything",
  "is-token-of",
  "exposed-workload",
  "vulnerable-package",
]);

/** A graph that can be brought up to date. */
export interface BuiltGraph extends AttackGraph {
  readonly parts: GraphParts;
}

/** Of what a graph was made, by what it was read from. */
export interface GraphParts {
  readonly closure: ClosureParts;
  /** By edge. */
  readonly drawn: ReadonlyMap<AttackEdge, readonly Step[]>;
  /** Connections were left out, for there were too many classes of pods. */
  readonly unconnected: boolean;
  /** Every namespace that is named somewhere: each has accounts. */
  readonly namespaces: string;
  readonly options: GraphOptions;
}

/** Builds the graph once for an inventory. Linear in its steps. */
export function attackGraph(
  inventory: Inventory,
  edges: readonly AttackEdge[],
  options: GraphOptions = {},
): BuiltGraph {
  const drawn = edges
    .filter(({ given }) => given !== true)
    .map((edge) => [edge, stepsOfEdge(edge, inventory)] as const);
  return graphFrom(inventory, {
    closure: closureParts(inventory),
    drawn: new Map(drawn),
    unconnected: isUnconnected(inventory, edges),
    namespaces: namespacesIn(inventory),
    options,
  });
}

export function isUnconnected(inventory: Inventory, edges: readonly AttackEdge[]): boolean {
  return edges.some(({ id }) => id === "lateral-connection") && tooManyClasses(inventory);
}

/** Names, sorted, as one text. */
export function namespacesIn({ records }: Inventory): string {
  const found = new Set<string>();
  for (const { resource } of records) found.add(resource.metadata.namespace ?? "");
  return [...found].sort().join(" ");
}

/** Joins the parts. */
export function graphFrom(inventory: Inventory, parts: GraphParts): BuiltGraph {
  const { closure, drawn, unconnected, options } = parts;
  const numbered = numberedFrom([
    ...closure.relations,
    ...[...drawn.values()].flat(),
    ...closure.held,
    ...unnamed(closure.relations, options),
  ]);
  const { steps, vertices, numberOf } = numbered;
  const jewels =
    options.to === undefined ? jewelsOf(inventory, vertices) : chosenJewels(options.to, vertices, numberOf);
  // Who has every right has what was asked for, too.
  const isThrough = options.to !== undefined && options.to.every(({ kind }) => kind !== "cluster");
  const doors = withDoors(numbered, entriesOf({ inventory, steps, vertices, numberOf, options }));
  const left = "too many classes of pods: connections between them were left out";
  const missing = [...closure.missing, ...unreadIn(inventory, vertices), ...(unconnected ? [left] : [])];
  return { ...onPaths(doors.numbered, { ...doors, jewels, missing, isThrough }), parts };
}

/** Whom nothing names has what his groups have, and what was not read is among what may be chosen. */
function unnamed(relations: readonly Step[], { from = [], to = [] }: GraphOptions): readonly Step[] {
  const joins = [...from.flatMap((vertex) => membershipsOf(vertex)), ...to.flatMap(choicesOf)];
  if (joins.length === 0) return [];
  const keyOf = (step: Step): string => `${vertexKey(step.from)} ${step.by} ${vertexKey(step.to)}`;
  const known = new Set(relations.map(keyOf));
  return joins.filter((step) => !known.has(keyOf(step)));
}

/** Kinds without which it is not known what runs, who gets in and who connects to whom; what the closure needs it says. */
const needed: readonly string[] = [
  ...workloadKinds.filter((kind) => kind !== "v1/Pod"),
  "v1/Service",
  "networking.k8s.io/v1/Ingress",
  "networking.k8s.io/v1/NetworkPolicy",
];

function unreadIn({ covers }: Inventory, vertices: readonly Vertex[]): readonly string[] {
  const unread = needed.filter((kind) => !covers(kind)).map((kind) => `${kind} was not all read`);
  const hasSecrets = vertices.some(({ kind }) => kind === "secret");
  if (!hasSecrets || covers("v1/Secret")) return unread;
  return [...unread, "v1/Secret was not all read: which of those that can be had are tokens is not known"];
}

type Doors = Pick<AttackGraph, "entries" | "firstDoor"> & { readonly numbered: Numbered };

/** Entries to which something leads from outside begin at a door of their own. */
function withDoors(numbered: Numbered, found: readonly Entry[]): Doors {
  const { steps, heads } = numbered;
  const firstDoor = numbered.vertices.length;
  const doors = new Map<number, number>();
  const vertices = [...numbered.vertices];
  const entries = found.map((entry) => {
    if (entry.step === undefined) return entry;
    doors.set(entry.vertex, vertices.length);
    vertices.push(steps[entry.step]!.from);
    return { ...entry, vertex: vertices.length - 1 };
  });
  const tails = numbered.tails.map((tail, step) =>
    steps[step]!.from.kind === "outside" ? (doors.get(heads[step]!) ?? tail) : tail,
  );
  const count = vertices.length;
  const [out, into] = [edgesBy(tails, count), edgesBy(heads, count)];
  return { entries, firstDoor, numbered: { ...numbered, vertices, tails, out, into } };
}

/**
 * Leaves out the steps that lie on no path: too far from all entries or jewels, or on from the cluster, which holds
 * everything, unless the way may lead through it.
 */
export function onPaths(
  numbered: Numbered,
  {
    entries,
    jewels,
    missing,
    firstDoor = numbered.vertices.length,
    isThrough = false,
  }: Pick<AttackGraph, "entries" | "jewels" | "missing"> & {
    readonly firstDoor?: number;
    readonly isThrough?: boolean;
  },
): AttackGraph {
  const { steps, vertices, tails, heads, out, into } = numbered;
  const hops = new Uint8Array(steps.length);
  for (let step = 0; step < steps.length; step += 1) hops[step] = hopsOf(steps[step]!);
  const all = { hops, count: vertices.length };
  const onward = (step: number): boolean => isThrough || vertices[tails[step]!]!.kind !== "cluster";
  const work = { left: Infinity };
  const starts = entries.map(({ vertex }) => vertex);
  const near = reach({ ...all, edges: out, ends: heads }, starts, onward, work).hops;
  const ends = jewels.flatMap((jewel) => jewel.vertices);
  const far = reach({ ...all, edges: into, ends: tails }, ends, onward, work).hops;
  const kept = upTo(steps.length).filter(
    (step) => onward(step) && near[tails[step]!]! + hops[step]! + far[heads[step]!]! <= mostHops,
  );
  const count = vertices.length;
  return {
    ...numbered,
    firstDoor,
    hops,
    near,
    out: edgesBy(tails, count, kept),
    into: edgesBy(heads, count, kept),
    entries,
    jewels,
    missing,
  };
}

/** Of a connection only the crossing counts, from the sending pods to those that listen. */
function hopsOf({ by, from, to }: Step): number {
  if (joints.has(by)) return 0;
  if (from.kind === "network" && to.kind === "network") return Number(from.side !== to.side);
  if (from.kind === "network" || to.kind === "network") return 0;
  return 1;
}
