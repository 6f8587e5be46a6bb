/** The steps that the closure draws by itself from what there is, as sightings of the edges that describe them. */
import type { Inventory } from "../inventory/inventory.ts";
import type { ResourceRef } from "../model/resource.ts";
import type { Sighting } from "./edge.ts";
import { relationsOf } from "./relations.ts";
import type { Vertex } from "./vertex.ts";
import { worldOf } from "./world.ts";

const nowhere: ResourceRef = { apiVersion: "v1", kind: "Namespace", namespace: "", name: "" };

/** Relations of that name: `runs-as`, `hosts`, `is-token-of`, `takes-cloud-role`. */
export function* givenSteps(inventory: Inventory, by: string): Generator<Sighting> {
  for (const { from, to, by: name, conditions, unsure } of relationsOf(worldOf(inventory)))
    if (name === by) yield { from, to, resource: placeOf(from), conditions, unsure };
}

function placeOf(vertex: Vertex): ResourceRef {
  return vertex.kind === "workload" || vertex.kind === "container" ? vertex.ref : nowhere;
}
