/** Classes by classes: on which ports pods of one can connect to pods of another, or to and from a peer of another kind. */
import type { Group, Groups } from "./classes.ts";
import { columnsOf } from "./columns.ts";
import type { Party, PodParty } from "./party.ts";
import type { Direction, NetworkRuleset } from "./policy.ts";
import type { Profiles } from "./profile.ts";
import { rowOf, type Selecting } from "./row.ts";

export interface Pairs {
  /** The profile of connections from one class to another. */
  readonly between: (from: Group, to: Group) => number;
  /** The profile of connections between a peer outside the classes and a class; the direction is that of the class. */
  readonly with: (group: Group, peer: Party, direction: Direction) => number;
}

export interface World {
  readonly groups: Groups;
  readonly profiles: Profiles;
  readonly selecting: (pod: PodParty) => readonly Selecting[];
  /** What nodes may send and receive is not worked out. */
  readonly hostFirewall: boolean;
}

export function pairsOf(world: World): Pairs {
  const { profiles, hostFirewall } = world;
  const rows = rowCache(world);
  const node = hostFirewall ? profiles.doubt : profiles.everything;
  const asPods = (from: Group, to: Group): number =>
    profiles.both(rows(from, "egress")[to.column]!, rows(to, "ingress")[from.column]!);
  // As most network plugins see host-network pods: as their node, which no policy for pods selects.
  const asNodes = (from: Group, to: Group): number =>
    profiles.both(
      from.nodeColumn === undefined ? rows(from, "egress")[to.nodeColumn ?? to.column]! : node,
      to.nodeColumn === undefined ? rows(to, "ingress")[from.nodeColumn ?? from.column]! : node,
    );
  return {
    between: (from, to) => {
      const first = asPods(from, to);
      if (from.nodeColumn === undefined && to.nodeColumn === undefined) return first;
      return profiles.agreed(first, asNodes(from, to));
    },
    with: (group, peer, direction) => {
      const other = otherSide(world, group, peer, direction, node);
      const asPod = profiles.both(singleRow(world, group.pod, peer, direction), other);
      return group.nodeColumn === undefined ? asPod : profiles.agreed(asPod, profiles.both(node, other));
    },
  };
}

/** What the policies of a peer outside the classes say; only pods have some. */
function otherSide(world: World, group: Group, peer: Party, direction: Direction, node: number): number {
  if (peer.kind !== "pod") return peer.kind === "node" ? node : world.profiles.everything;
  return singleRow(world, peer, group.pod, direction === "ingress" ? "egress" : "ingress");
}

function singleRow(world: World, subject: PodParty, peer: Party, direction: Direction): number {
  const columns = columnsOf([peer]);
  return world.profiles.ofRow(rowOf(subject, direction, world.selecting(subject), columns), 1)[0]!;
}

/** Rows of profiles. Classes that the same policies select have the same row. */
function rowCache({
  groups,
  profiles,
  selecting,
}: World): (group: Group, direction: Direction) => Uint32Array {
  const own: { readonly [D in Direction]: (Uint32Array | undefined)[] } = { ingress: [], egress: [] };
  const shared = new Map<string, Uint32Array>();
  const count = groups.columns.parties.length;
  const open = new Uint32Array(count).fill(profiles.everything);
  const numbers = new Map<NetworkRuleset, number>();
  const numberOf = (ruleset: NetworkRuleset): number => {
    const number = numbers.get(ruleset) ?? numbers.size;
    numbers.set(ruleset, number);
    return number;
  };
  const make = ({ pod, column }: Group, direction: Direction): Uint32Array => {
    const ruled = selecting(pod).filter(({ ruleset }) => ruleset[direction] !== undefined);
    if (ruled.length === 0) return open;
    const ports =
      direction === "ingress"
        ? pod.ports.map(({ name, protocol, number }) => `${name} ${protocol} ${number}`)
        : [];
    const relative = ruled.some(({ ruleset }) => dependsOnSubject(ruleset, direction));
    const names = ruled.map(({ ruleset, sure }) => `${numberOf(ruleset)} ${sure}`);
    const key = [direction, ...names, ...ports, relative ? column : ""].join("\0");
    const row = shared.get(key) ?? profiles.ofRow(rowOf(pod, direction, ruled, groups.columns), count);
    shared.set(key, row);
    return row;
  };
  return (group, direction) => (own[direction][group.column] ??= make(group, direction));
}

function dependsOnSubject(ruleset: NetworkRuleset, direction: Direction): boolean {
  return (ruleset[direction]?.rules ?? []).some(({ peers = [] }) =>
    peers.some((peer) => peer.relative === true),
  );
}
