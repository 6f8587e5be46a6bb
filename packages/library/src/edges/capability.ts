/** Escapes by a capability that a container adds, with the control that takes just this one away. */
import type { Inventory, Sighting } from "@plimsoll/core";
import { escapes, hasCapability, listOf, objectOf } from "./escape.ts";

export interface CapabilityEscape {
  readonly name: string;
  readonly control: string;
  readonly doubts?: readonly string[];
  /** A field of the pod that must be true besides. */
  readonly needs?: "hostPID";
  /** Controls that break it by that field. */
  readonly besides?: readonly string[];
}

/** Where `ALL` and the capability itself are both added, neither control alone takes it away. */
export function* capabilityEscapes(
  inventory: Inventory,
  { name, control, doubts = [], needs, besides = [] }: CapabilityEscape,
): Generator<Sighting> {
  const found = escapes(
    inventory,
    ({ security, spec }) => {
      const words = hasCapability(name, security, spec);
      if (words === undefined || (needs !== undefined && spec[needs] !== true)) return undefined;
      return needs === undefined ? [words] : [words, "the pod shares the node's process namespace"];
    },
    doubts,
  );
  for (const sighting of found) {
    const added = addedBy(sighting, inventory);
    const own = added.some((entry) => !/^ALL$/i.test(entry) && entry.toUpperCase().endsWith(name));
    const all = added.some((entry) => /^ALL$/i.test(entry));
    const cures = own && all ? [] : [all ? "capability-all" : control];
    yield { ...sighting, brokenBy: [...besides, ...cures] };
  }
}

function addedBy({ resource, container }: Sighting, inventory: Inventory): readonly string[] {
  const workload = inventory.workloads.find(
    ({ ref }) =>
      ref.name === resource.name && ref.namespace === resource.namespace && ref.kind === resource.kind,
  );
  const raw = workload?.containers.find(({ name }) => name === container)?.raw ?? {};
  const { add } = objectOf(objectOf(raw["securityContext"])["capabilities"]);
  return Array.isArray(add) ? add.filter((entry) => typeof entry === "string") : listOf(add).map(String);
}
