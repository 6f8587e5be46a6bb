/** The shape of an attack edge: one step that what stands in the cluster opens, found over the inventory. */
import type { Example, Library } from "../controls/control.ts";
import type { DetectionRule } from "../evidence/rule.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { ResourceRef } from "../model/resource.ts";
import type { Tactic } from "./power.ts";
import type { Break, Step } from "./step.ts";
import type { Vertex } from "./vertex.ts";

/** One place at which an edge was found. */
export interface Sighting {
  readonly from: Vertex;
  readonly to: Vertex;
  /** Where the findings of the controls lie that break it here. */
  readonly resource: ResourceRef;
  readonly container?: string;
  /** What was seen that opens it: all of it is needed. */
  readonly conditions: readonly string[];
  /** Why it may not lead there after all; absent where it is certain. */
  readonly unsure?: readonly string[];
  /** Controls that break it here, where they are not those of the edge. */
  readonly brokenBy?: readonly string[];
  /** Changes that break it here and are no control's. */
  readonly breaks?: readonly Break[];
}

/** One kind of step of an attacker. The file is named by the id. */
export interface AttackEdge {
  readonly id: string;
  readonly title: string;
  /** Kinds of vertices between which it leads. */
  readonly from: Vertex["kind"];
  readonly to: Vertex["kind"];
  /** ATT&CK for Containers, by technique or sub-technique. */
  readonly technique: string;
  readonly tactic: Tactic | "initial-access";
  readonly why: string;
  /** Ids of controls: to meet any one of them at the place breaks the edge there. */
  readonly brokenBy: readonly string[];
  /** What it reads besides workloads, nodes and images: who connects to whom, what leads in from outside. */
  readonly reads?: readonly ("connections" | "exposure")[];
  /** The closure draws it by itself; `find` shows the same steps. */
  readonly given?: true;
  /** The same elsewhere: `kubehound/CE_PRIV_MOUNT`. */
  readonly equivalents?: readonly string[];
  readonly find: (inventory: Inventory) => Iterable<Sighting>;
  /** Each absent example lacks one condition of a present one. */
  readonly examples: { readonly present: readonly Example[]; readonly absent: readonly Example[] };
}

/** A library with attack edges. */
export interface AttackLibrary extends Library {
  readonly edges?: readonly AttackEdge[];
  readonly detections?: readonly DetectionRule[];
}

/** Says that an object is an attack edge; its id stays a literal type. */
export function defineEdge<const Id extends string>(
  edge: AttackEdge & { readonly id: Id },
): AttackEdge & { readonly id: Id } {
  return edge;
}

/** The steps that an edge opens in an inventory. */
export function stepsOfEdge(edge: AttackEdge, inventory: Inventory): readonly Step[] {
  const byControls = sharedBreaks();
  return Array.from(edge.find(inventory), (sighting) => ({
    from: sighting.from,
    to: sighting.to,
    by: edge.id,
    because: [],
    conditions: sighting.conditions,
    unsure: sighting.unsure ?? [],
    brokenBy: joined(byControls(sighting.brokenBy ?? edge.brokenBy, sighting), sighting.breaks),
    bootstrap: false,
  }));
}

function joined(breaks: readonly Break[], more: readonly Break[] | undefined): readonly Break[] {
  if (more === undefined || more.length === 0) return breaks;
  return breaks.length === 0 ? more : [...breaks, ...more];
}

const unbroken: readonly Break[] = [];

/** Sightings at one place, by the same list of controls, are broken by the same changes: what cures them is asked once. */
function sharedBreaks(): (controls: readonly string[], sighting: Sighting) => readonly Break[] {
  const known = new Map<ResourceRef, Map<readonly string[], readonly Break[]>>();
  return (controls, sighting) => {
    if (controls.length === 0) return unbroken;
    if (sighting.container !== undefined) return controls.map((control) => breakBy(control, sighting));
    let at = known.get(sighting.resource);
    if (at === undefined) known.set(sighting.resource, (at = new Map()));
    let breaks = at.get(controls);
    if (breaks === undefined)
      at.set(controls, (breaks = controls.map((control) => breakBy(control, sighting))));
    return breaks;
  };
}

function breakBy(what: string, { resource, container }: Sighting): Break {
  const change = { resource, kind: "meet-control", what } as const;
  return { changes: [container === undefined ? change : { ...change, container }] };
}
