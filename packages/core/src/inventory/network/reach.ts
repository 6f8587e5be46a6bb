/** The classes that a peer can connect to, or that can connect to it, with the ports. */
import type { Group } from "./classes.ts";
import type { Reach } from "./connectivity.ts";
import type { Pairs, World } from "./pairs.ts";
import { asNode } from "./parties.ts";
import type { Party } from "./party.ts";
import type { Direction } from "./policy.ts";

export interface Reachable extends World {
  readonly pairs: Pairs;
}

/** `direction` is that of the classes: `ingress` where the peer connects to them. Of several parties, what one can is counted. */
export function* reaches(
  world: Reachable,
  parties: readonly Party[],
  direction: Direction,
): Generator<Reach> {
  const { groups, profiles } = world;
  const ends = [
    ...new Set(parties.map((party) => (party.kind === "pod" ? groups.of(party) : undefined) ?? party)),
  ];
  for (const group of groups.list) {
    const found = ends.map((end) => profileOf(world, end, group, direction));
    const ports = profiles.at(found.reduce((sum, next) => profiles.either(sum, next), profiles.nothing));
    if (ports.length > 0) yield { class: group.class, ports };
  }
}

function profileOf(world: Reachable, end: Group | Party, group: Group, direction: Direction): number {
  const { pairs, profiles } = world;
  if ("class" in end) {
    // A pod that is alone in its class is no other than itself.
    if (end === group && group.pods.length === 1 && isPod(group)) return profiles.nothing;
    return direction === "ingress" ? pairs.between(end, group) : pairs.between(group, end);
  }
  if (end.kind === "pod" && end.completed) return profiles.nothing;
  const own = pairs.with(group, end, direction);
  if (end.kind !== "pod" || !end.hostNetwork) return own;
  return profiles.agreed(own, pairs.with(group, asNode(end), direction));
}

function isPod({ pod }: Group): boolean {
  return pod.workload.ref.kind === "Pod";
}
