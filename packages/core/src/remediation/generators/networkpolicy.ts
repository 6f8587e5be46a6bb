/**
 * NetworkPolicies of the connections that workloads were seen to make and take, peers by labels that survive a rollout.
 * Each recorded connection is run through our own engine with the policies that are there. May not drop what it cannot place.
 */
import type { Thresholds } from "../../model/evidence.ts";
import { createInventory } from "../../inventory/build.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { connectivity } from "../../inventory/network/engine.ts";
import type { Peer as EnginePeer } from "../../inventory/network/connectivity.ts";
import { parseAddress } from "../../inventory/network/address.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import { detailText } from "../../evidence/tell.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Workload } from "../../model/workload.ts";
import { changedWith } from "../narrowing/changed.ts";
import type { Generated, Proof } from "./generated.ts";
import { ciliumOf } from "./cilium-policy.ts";
import { isFlow, joined, placesOf, type Flow, type Placed } from "./network-peers.ts";
import { learnedOf } from "./workload-seen.ts";

export interface NetworkPolicyOptions {
  /** Besides a policy for each workload, one that denies all that none of them allows. */
  readonly defaultDeny?: boolean;
  /** Cilium's kind, which knows names of hosts outside. */
  readonly cilium?: boolean;
  readonly thresholds?: Thresholds;
}

/** One policy a workload, named `NAME-seen`. */
export function networkPoliciesFor(
  workloads: readonly Workload[],
  snapshot: Snapshot,
  options: NetworkPolicyOptions = {},
): Generated {
  const inventory = createInventory(snapshot);
  const mirrored = mirrorsOf(inventory, snapshot, options.thresholds);
  const each = workloads.map((workload) =>
    policyOf(workload, mirrored.get(keyOf(workload)) ?? [], inventory, snapshot, options),
  );
  const namespaces = [...new Set(workloads.map(({ ref }) => ref.namespace))];
  const made = [
    ...(options.defaultDeny === true ? namespaces.map(denyAll) : []),
    ...each.flatMap(({ policy }) => (policy === undefined ? [] : [policy])),
  ];
  const after = createInventory(changedWith(snapshot, made));
  const proofs = each.map((entry) => proofOf(entry, after));
  return {
    resources: made,
    proof: {
      replayed: proofs.reduce((sum, { replayed }) => sum + replayed, 0),
      denied: proofs.flatMap(({ denied }) => denied),
      undecided: proofs.flatMap(({ undecided }) => undecided),
      admitted: proofs.reduce((sum, { admitted }) => sum + admitted, 0),
      seen: proofs.reduce((sum, { seen }) => sum + seen, 0),
    },
    notes: [...new Set(each.flatMap(({ notes }) => notes))],
    missing: [
      ...new Map(each.flatMap(({ missing }) => missing).map((entry) => [entry.text, entry])).values(),
    ],
  };
}

interface Entry {
  readonly workload: Workload;
  readonly policy: Resource | undefined;
  readonly flows: readonly Flow[];
  readonly placed: readonly Placed[];
  readonly byName?: boolean;
  readonly notes: readonly string[];
  readonly missing: Generated["missing"];
}

function keyOf({ ref }: Workload): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}

/** What was seen at one end of a connection was done at the other as well, whether or not anybody watched there. */
function mirrorsOf(
  inventory: Inventory,
  { observations, watches = [], detections = [] }: Snapshot,
  least: Thresholds | undefined,
): ReadonlyMap<string, readonly Flow[]> {
  const mirrors = new Map<string, Flow[]>();
  const batch = { observations, watches, detections };
  const watched = new Set(
    observations
      .filter(({ detail }) => detail.kind === "connection")
      .map(
        ({ container: { workloadKind, namespace, workload } }) => `${workloadKind} ${namespace}/${workload}`,
      ),
  );
  for (const workload of inventory.workloads) {
    if (workload.derived || !watched.has(keyOf(workload))) continue;
    const places = placesOf(workload, inventory);
    const { namespace, name } = workload.ref;
    for (const flow of learnedOf("connection", workload, inventory, batch, least).details.filter(isFlow)) {
      for (const { peer, port } of places.ends(flow)) {
        if (peer.kind !== "pod") continue;
        const list = mirrors.get(keyOf(peer.workload)) ?? [];
        mirrors.set(keyOf(peer.workload), list);
        list.push({
          kind: "connection",
          operation: flow.operation === "accept" ? "connect" : "accept",
          direction: flow.direction === "in" ? "out" : "in",
          protocol: flow.protocol,
          port,
          peer: { namespace, workload: name },
        });
      }
    }
  }
  return mirrors;
}

function policyOf(
  workload: Workload,
  mirrored: readonly Flow[],
  inventory: Inventory,
  snapshot: Snapshot,
  options: NetworkPolicyOptions,
): Entry {
  const { observations, watches = [], detections = [] } = snapshot;
  const batch = { observations, watches, detections };
  const name = `${workload.ref.kind} ${workload.ref.namespace}/${workload.ref.name}`;
  const { details, doubtful, missing } = learnedOf(
    "connection",
    workload,
    inventory,
    batch,
    options.thresholds,
  );
  const hosts = learnedOf("dns", workload, inventory, batch, options.thresholds).details;
  const notes = doubtful.map((text) => `${name}: left out: ${text}`);
  if (workload.pod.spec["hostNetwork"] === true)
    return {
      workload,
      policy: undefined,
      flows: [],
      placed: [],
      notes: [...notes, `${name} is in the network of its node, to which no policy applies`],
      missing,
    };
  const places = placesOf(workload, inventory);
  const told = [...details.filter(isFlow), ...mirrored];
  const flows = told.filter((flow) => !places.isGone(flow));
  notes.push(
    ...told
      .filter((flow) => places.isGone(flow))
      .map(
        (flow) => `${name}: left out: ${detailText(flow)}: that pod is gone, and whose it was is not known`,
      ),
  );
  const placed = [...flows.flatMap((flow) => places.of(flow)), ...places.always(flows, hosts.length > 0)];
  const selector = places.selectorOf(workload);
  if (selector === undefined)
    return {
      workload,
      policy: undefined,
      flows,
      placed: [],
      notes: [...notes, `${name} has no labels that survive a rollout`],
      missing,
    };
  const policy =
    options.cilium === true ? ciliumOf(workload, selector, placed) : plainOf(workload, selector, placed);
  return {
    workload,
    policy,
    flows,
    placed,
    byName: options.cilium === true,
    notes: [...notes, ...places.notes().map((note) => `${name}: ${note}`)],
    missing,
  };
}

function plainOf(workload: Workload, selector: JsonObject, placed: readonly Placed[]): Resource {
  const side = (direction: "in" | "out"): readonly JsonObject[] =>
    joined(placed.filter((entry) => entry.direction === direction)).map(({ peer, ports }) => ({
      ...(peer === undefined ? {} : { [direction === "in" ? "from" : "to"]: [peer] }),
      ports,
    }));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `${workload.ref.name}-seen`, namespace: workload.ref.namespace },
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: side("in"),
      egress: side("out"),
    },
  };
}

function denyAll(namespace: string): Resource {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default-deny", namespace },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
}

/** Every flow through the engine, both directions, as the cluster would be. */
function proofOf({ workload, flows, placed, policy, byName = false }: Entry, after: Inventory): Proof {
  if (policy === undefined) return { replayed: 0, denied: [], undecided: [], admitted: 0, seen: 0 };
  const engine = connectivity(after);
  const places = placesOf(workload, after);
  const self: EnginePeer = {
    kind: "pod",
    workload: after.workloads.find((each) => isSame(each, workload)) ?? workload,
  };
  const denied: string[] = [];
  const undecided: string[] = [];
  for (const flow of flows) {
    for (const { peer, port } of places.ends(flow)) {
      // A rule by name follows the addresses that the name has: what it admits is that name.
      if (byName && isNamed(flow, placed)) continue;
      const [from, to] = flow.direction === "in" ? [peer, self] : [self, peer];
      if (peer.kind === "address" && parseAddress(peer.ip) === undefined) {
        undecided.push(`${detailText(flow)}: its other end has no address`);
        continue;
      }
      const { verdict, because } = engine.verdict(from, to, { port, protocol: flow.protocol });
      if (verdict === "denied")
        denied.push(`${detailText(flow)}: ${because.map(({ text }) => text).join("; ")}`);
      if (verdict === "unknown")
        undecided.push(`${detailText(flow)}: ${because.map(({ text }) => text).join("; ")}`);
    }
    if (places.ends(flow).length === 0) undecided.push(`${detailText(flow)}: its other end is not known`);
  }
  return { replayed: flows.length, denied, undecided, ...excessOf(placed, after, workload.ref.namespace) };
}

function isNamed({ peer, port, protocol }: Flow, placed: readonly Placed[]): boolean {
  return placed.some(
    (entry) =>
      entry.host !== undefined &&
      entry.host === peer?.dnsName &&
      entry.port === port &&
      entry.protocol === protocol,
  );
}

function isSame({ ref }: Workload, { ref: other }: Workload): boolean {
  return ref.kind === other.kind && ref.namespace === other.namespace && ref.name === other.name;
}

/** Peers and ports: those that rules select, and those that were seen. */
function excessOf(
  placed: readonly Placed[],
  inventory: Inventory,
  own: string,
): { readonly admitted: number; readonly seen: number } {
  const admitted = new Set<string>();
  const seen = new Set<string>();
  for (const { direction, peer, host, port, protocol, meant } of placed) {
    const key = (who: string): string => [direction, who, port, protocol].join(" ");
    for (const who of selectedBy(peer, host, inventory, own)) admitted.add(key(who));
    seen.add(key(meant));
  }
  return { admitted: admitted.size, seen: seen.size };
}

function selectedBy(
  peer: JsonObject | undefined,
  host: string | undefined,
  inventory: Inventory,
  own: string,
): readonly string[] {
  if (host !== undefined) return [host];
  if (peer === undefined) return ["anybody"];
  const block = peer["ipBlock"] as JsonObject | undefined;
  if (block !== undefined) return [String(block["cidr"])];
  return inventory.workloads
    .filter(
      ({ derived, ref, pod }) =>
        !derived &&
        pod.spec["hostNetwork"] !== true &&
        (peer["namespaceSelector"] === undefined
          ? ref.namespace === own
          : matchesSelector(peer["namespaceSelector"], inventory.namespaceLabels(ref.namespace))) &&
        (peer["podSelector"] === undefined || matchesSelector(peer["podSelector"], pod.metadata.labels)),
    )
    .map(({ ref }) => `${ref.kind} ${ref.namespace}/${ref.name}`);
}
