/** Pods that no policy can tell apart, together: what is worked out for one holds for all. */
import { refKey } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { AddressRange } from "./address.ts";
import { columnsOf, type Columns } from "./columns.ts";
import type { PodClass } from "./connectivity.ts";
import { asNode } from "./parties.ts";
import type { Party, PodParty } from "./party.ts";
import type { NetworkRuleset, Rule, Selector } from "./policy.ts";
import type { Selecting } from "./row.ts";

/** A class, with one of its pods that stands for all and where it is among the columns. */
export interface Group {
  readonly class: PodClass;
  /** Its node is left out: members may run on different ones. */
  readonly pod: PodParty;
  readonly pods: readonly PodParty[];
  readonly column: number;
  /** For host-network pods: the column in which they are their node. */
  readonly nodeColumn: number | undefined;
}

export interface Groups {
  readonly list: readonly Group[];
  /** The group of a pod, or of a copy of its facts. */
  readonly of: (pod: PodParty) => Group | undefined;
  readonly columns: Columns;
}

/** What the policies look at, in all. */
interface Sight {
  readonly selectors: readonly Selector[];
  readonly labels: readonly string[];
  readonly borders: ReadonlyMap<4 | 6, readonly bigint[]>;
  readonly portNames: ReadonlySet<string>;
  readonly order: ReadonlyMap<NetworkRuleset, number>;
  readonly nodes: boolean;
}

export function groupsOf(
  pods: readonly PodParty[],
  rulesets: readonly NetworkRuleset[],
  selecting: (pod: PodParty) => readonly Selecting[],
): Groups {
  const sight = sightOf(rulesets);
  const alike = [...Map.groupBy(pods, (pod) => looksOf(pod, sight)).values()];
  const first = alike.map(([pod]) => withoutNode(pod!));
  const seen = signatures(first, sight, selecting);
  const merged = [...Map.groupBy(alike.keys(), (index) => seen[index]!).values()].map((indexes) => ({
    pod: first[indexes[0]!]!,
    members: indexes.flatMap((index) => alike[index]!),
  }));
  const list = groupList(merged);
  const byWorkload = new Map(
    list.flatMap((group) => group.pods.map(({ workload }) => [workload, group] as const)),
  );
  const parties = columnParties(list);
  return {
    list,
    of: ({ workload }) => byWorkload.get(workload),
    columns: columnsOf(parties, candidatesAmong(parties)),
  };
}

function withoutNode(pod: PodParty): PodParty {
  return { ...pod, node: undefined };
}

function sightOf(rulesets: readonly NetworkRuleset[]): Sight {
  const rules = rulesets.flatMap(({ ingress, egress }) =>
    [ingress, egress].flatMap((section) => section?.rules ?? []),
  );
  const peers = new Map<string, Selector>();
  for (const rule of rules) for (const peer of rule.peers ?? []) peers.set(peer.key, peer);
  const selectors = [...peers.values()];
  const all = [...selectors, ...rulesets.map(({ subject }) => subject)];
  const blocks = all.flatMap(({ blocks: own = [] }) => own);
  return {
    selectors,
    labels: [...new Set(all.flatMap(({ reads = [] }) => reads))].sort(),
    borders: new Map(([4, 6] as const).map((family) => [family, bordersOf(blocks, family)])),
    portNames: new Set(rules.flatMap(portNames)),
    order: new Map(rulesets.map((ruleset, index) => [ruleset, index])),
    nodes: all.some(({ looksAt }) => looksAt === "nodes"),
  };
}

function portNames({ ports = [] }: Rule): readonly string[] {
  return ports.flatMap((port) => ("name" in port ? [port.name] : []));
}

function bordersOf(blocks: readonly AddressRange[], family: 4 | 6): readonly bigint[] {
  const borders = new Set<bigint>();
  for (const block of blocks) if (block.family === family) borders.add(block.first).add(block.last + 1n);
  return [...borders].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** All that selectors can see of a pod, as text: pods that look alike are matched alike. */
function looksOf(pod: PodParty, sight: Sight): string {
  const { values } = pod.labels;
  const parts = [
    pod.namespace,
    pod.hostNetwork ? (sight.nodes ? `node ${pod.node}` : "node") : "",
    pod.labels.doubt === undefined ? "" : "template",
    pod.serviceAccount,
    ...pod.addresses
      .map(({ family, value }) => `${family} ${placeOf(value, sight.borders.get(family)!)}`)
      .sort(),
    ...pod.ports
      .filter(({ name }) => sight.portNames.has(name))
      .map(({ name, protocol, number }) => `${protocol} ${name} ${number}`)
      .sort(),
    ...sight.labels.map((label) => (Object.hasOwn(values, label) ? `=${values[label]}` : "")),
  ];
  return parts.join("\0");
}

/** Between which borders an address lies. */
function placeOf(value: bigint, borders: readonly bigint[]): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (borders[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** For each pod, what selects it and matches it, and all else on which a verdict can depend. */
function signatures(
  pods: readonly PodParty[],
  sight: Sight,
  selecting: (pod: PodParty) => readonly Selecting[],
): readonly string[] {
  const found = pods.map((pod) => [
    pod.hostNetwork ? "node" : "",
    ...selecting(pod).map(({ ruleset, sure }) => `${sight.order.get(ruleset)}${sure}`),
    ...portsOf(pod, sight),
  ]);
  const candidates = candidatesAmong(pods);
  const relative = sight.selectors.some((selector) => selector.relative);
  sight.selectors.forEach((selector, id) => {
    if (selector.relative) return;
    for (const index of candidates(selector)) {
      const match = selector.matches(pods[index]!, pods[index]!);
      if (match !== false) found[index]!.push(`${id}${match === true ? "" : "?"}`);
    }
  });
  if (relative) pods.forEach((pod, index) => found[index]!.push(looksOf(pod, sight)));
  return found.map((parts) => parts.join("\0"));
}

function portsOf({ ports }: PodParty, { portNames: names }: Sight): readonly string[] {
  return ports
    .filter(({ name }) => names.has(name))
    .map(({ name, protocol, number }) => `${protocol} ${name} ${number}`)
    .sort();
}

interface Merged {
  readonly pod: PodParty;
  readonly members: readonly PodParty[];
}

/** Sorted, so that the order in which things were read changes nothing. */
function groupList(merged: readonly Merged[]): readonly Group[] {
  const sorted = merged.map(({ pod, members }) => ({ pod, made: classOf(members), members }));
  sorted.sort((a, b) => compare(a.made.id, b.made.id));
  let nodeColumn = merged.length;
  return sorted.map(({ pod, made, members }, column) => ({
    class: made,
    pod,
    pods: members,
    column,
    nodeColumn: pod.hostNetwork ? nodeColumn++ : undefined,
  }));
}

function classOf(members: readonly PodParty[]): PodClass {
  const workloads = members.map(({ workload }) => workload).sort((a, b) => compare(idOf(a), idOf(b)));
  return {
    id: idOf(workloads[0]!),
    namespaces: [...new Set(members.map(({ namespace }) => namespace))].sort(),
    hostNetwork: members[0]!.hostNetwork,
    members: workloads,
  };
}

/** A custom resource may hold several templates: the place of the template tells them apart. */
function idOf({ ref, pod }: Workload): string {
  return pod.path.length === 0 ? refKey(ref) : `${refKey(ref)}:${pod.path.join(".")}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The pods of the classes, and after them those of host-network classes again, as nodes. */
function columnParties(list: readonly Group[]): readonly Party[] {
  return [
    ...list.map(({ pod }) => pod),
    ...list.filter(({ pod }) => pod.hostNetwork).map(({ pod }) => asNode(pod)),
  ];
}

/** The parties that a selector may match, by the namespace or label it is limited to. */
function candidatesAmong(parties: readonly Party[]): (selector: Selector) => Iterable<number> {
  const pods = [...parties.keys()].filter((index) => parties[index]!.kind === "pod");
  const others = [...parties.keys()].filter((index) => parties[index]!.kind !== "pod");
  const byNamespace = Map.groupBy(pods, (index) => (parties[index] as PodParty).namespace);
  const byLabel = new Map<string, number[]>();
  for (const index of pods) {
    for (const [key, value] of Object.entries((parties[index] as PodParty).labels.values)) {
      const entry = `${key}=${value}`;
      const list = byLabel.get(entry);
      if (list === undefined) byLabel.set(entry, [index]);
      else list.push(index);
    }
  }
  return ({ within }) => {
    if (within?.namespace !== undefined) return byNamespace.get(within.namespace) ?? [];
    if (within?.label !== undefined) return byLabel.get(within.label.join("=")) ?? [];
    return [...pods, ...others];
  };
}
