/** Works out who can connect to whom under the network policies of an inventory. It may not guess: what cannot be told is unknown, and says why. */
import { once } from "../once.ts";
import type { Workload } from "../../model/workload.ts";
import type { Inventory } from "../inventory.ts";
import { groupsOf } from "./classes.ts";
import type { Connectivity, Decision, Peer, PodClass, Port } from "./connectivity.ts";
import { agreement, judge, undecided, type Judge } from "./decision.ts";
import { isolationOf } from "./isolation.ts";
import { readRulesets } from "./kinds/rulesets.ts";
import { outsideOf } from "./outside.ts";
import { pairsOf, type World } from "./pairs.ts";
import { partiesOf, type Parties } from "./parties.ts";
import type { NodeParty, Party, PodParty } from "./party.ts";
import { createProfiles } from "./profile.ts";
import { rangesOf } from "./ranges.ts";
import { reaches, type Reachable } from "./reach.ts";
import { selectionOf } from "./selection.ts";

const graphs = new WeakMap<Inventory, Connectivity>();

/** The network engine of an inventory; made once, then kept with it. */
export function connectivityOf(inventory: Inventory): Connectivity {
  if (inventory.room !== undefined) return inventory.room("connectivity", connectivity);
  let graph = graphs.get(inventory);
  if (graph === undefined) graphs.set(inventory, (graph = connectivity(inventory)));
  return graph;
}

/** The policies are read at once; classes and their rows are worked out when first asked for. */
export function connectivity(inventory: Inventory): Connectivity {
  const parties = partiesOf(inventory);
  const namespaces = [...new Set(parties.pods.map(({ namespace }) => namespace))].sort();
  const { all, hostFirewall } = readRulesets(inventory, namespaces);
  const selecting = selectionOf(all);
  const bench: Judge = { selecting, hostFirewall };
  const world = once((): Reachable => {
    const groups = groupsOf(parties.pods, all, selecting);
    const made: World = { groups, profiles: createProfiles(), selecting, hostFirewall };
    return { ...made, pairs: pairsOf(made) };
  });
  const classes = once(() => world().groups.list.map((group) => group.class));
  const standIns = (workload: Workload): readonly PodParty[] =>
    representatives(parties.standIns(workload), world);
  const partiesFor = (peer: Peer): readonly Party[] => partiesAt(peer, parties, standIns);
  const verdict: Connectivity["verdict"] = (from, to, port) => verdictOf(bench, partiesFor, from, to, port);
  const outside: Connectivity["outside"] = (workload, direction, port) =>
    outsideOf(bench, standIns(workload), direction, port);
  return {
    ...byClass(world, parties, partiesFor),
    get classes() {
      return classes();
    },
    verdict,
    ports: (from, to) =>
      rangesOf(partiesFor(from), partiesFor(to), selecting, (port, protocol) => {
        return verdict(from, to, { port, protocol }).verdict;
      }),
    isolated: (workload, direction) => isolationOf(standIns(workload), selecting, direction),
    outside,
    admitsFromOutside: (workload, port) => outside(workload, "ingress", port),
  };
}

type ByClass = Pick<Connectivity, "classesOf" | "between" | "reachableFrom" | "reaching">;

/** What is answered by class. */
function byClass(
  world: () => Reachable,
  parties: Parties,
  partiesFor: (peer: Peer) => readonly Party[],
): ByClass {
  const index = once(() => new Map(world().groups.list.map((group) => [group.class, group])));
  const classesOf = (workload: Workload): ReadonlySet<PodClass> =>
    new Set(parties.standIns(workload).flatMap((pod) => world().groups.of(pod)?.class ?? []));
  return {
    classesOf: (workload) => [...classesOf(workload)],
    between: (from, to) => {
      const one = index().get(from);
      const two = index().get(to);
      const { profiles, pairs } = world();
      return one === undefined || two === undefined ? [] : profiles.at(pairs.between(one, two));
    },
    reachableFrom: (peer) => reaches(world(), partiesFor(peer), "ingress"),
    reaching: (peer) => reaches(world(), partiesFor(peer), "egress"),
  };
}

/** One pod for each class; where it stands for several, nothing is said of its node. */
function representatives(pods: readonly PodParty[], world: () => Reachable): readonly PodParty[] {
  if (pods.length < 2) return pods;
  const { of } = world().groups;
  return [...Map.groupBy(pods, (pod) => of(pod)).values()].map(([first, ...others]) =>
    others.length === 0 ? first! : { ...first!, node: undefined },
  );
}

function partiesAt(
  peer: Peer,
  parties: Parties,
  standIns: (workload: Workload) => readonly PodParty[],
): readonly Party[] {
  if (peer.kind === "pod") return standIns(peer.workload);
  if (peer.kind === "node") return [peer.name === undefined ? ownNode : parties.nodeOf(peer.name)];
  const found = parties.atAddress(peer.ip);
  return found === undefined ? [] : [found];
}

const ownNode: NodeParty = {
  kind: "node",
  node: "own",
  labels: { values: {}, doubt: () => "the labels of the pod's own node depend on where it runs" },
  addresses: [],
};

function verdictOf(
  bench: Judge,
  partiesFor: (peer: Peer) => readonly Party[],
  from: Peer,
  to: Peer,
  { port, protocol = "TCP" }: Port,
): Decision {
  const pods = from.kind === "pod" && to.kind === "pod";
  const same = pods && from.workload === to.workload && from.workload.ref.kind === "Pod";
  const decisions = partiesFor(from).flatMap((one) =>
    partiesFor(to).map((two) => judge(bench, { from: one, to: two, port, protocol, same })),
  );
  if (decisions.length === 0) return undecided("one end is no IP address");
  return agreement(decisions, "pods of the workload differ");
}
