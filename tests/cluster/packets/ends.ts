/** The ends between which packets are sent: what the engine, the oracle and the network call each of them. */
import type { Inventory, Peer, Resource, Workload } from "@plimsoll/core";
import type { Cluster, End } from "../../network-oracle/cluster.ts";

/** One end of a connection. */
export interface PacketEnd {
  readonly name: string;
  /** Where packets for it are sent to. */
  readonly address: string;
  readonly engine: Peer;
  readonly oracle: End;
  /** Who runs programs there; absent where nothing can be started from it as itself. */
  readonly runs?: Runner;
  /** What answers there says this. */
  readonly answers: string;
}

export type Runner =
  | { readonly kind: "pod"; readonly namespace: string; readonly name: string }
  | { readonly kind: "node" }
  | { readonly kind: "outside"; readonly source: string };

export const ports = [
  ["TCP", 7080],
  ["TCP", 7081],
  ["TCP", 7443],
  ["TCP", 7500],
  ["TCP", 7510],
  ["UDP", 7053],
  ["UDP", 7500],
] as const;

/** Addresses that no part of the cluster has. */
export const outsideAddresses = ["203.0.113.10", "198.51.100.7"] as const;
export const outsideName = "outside";
const nodeName = "plimsoll-node";
const bridgeAddress = "10.244.0.1";

/** Every end of the test world as it stands in the cluster now. */
export function endsOf(inventory: Inventory, cluster: Cluster): readonly PacketEnd[] {
  const pods = inventory.workloads.filter(
    ({ ref }) => ref.kind === "Pod" && ref.namespace.startsWith("packets-"),
  );
  const host = { name: "node", address: "10.240.0.1", answers: "east/host" };
  const addresses = outsideAddresses.map((ip): PacketEnd => {
    const runs = { kind: "outside", source: ip } as const;
    const engine = { kind: "address", ip } as const;
    return { name: ip, address: ip, engine, oracle: { ip }, runs, answers: outsideName };
  });
  return [
    ...pods.map((workload) => podEnd(workload, cluster)),
    {
      ...host,
      engine: { kind: "node", name: nodeName },
      oracle: { node: nodeName },
      runs: { kind: "node" },
    },
    {
      ...host,
      name: "bridge",
      address: bridgeAddress,
      engine: { kind: "address", ip: bridgeAddress },
      oracle: { ip: bridgeAddress },
    },
    ...addresses,
  ];
}

function podEnd(workload: Workload, cluster: Cluster): PacketEnd {
  const { namespace, name } = workload.ref;
  const pod = cluster.pods.find(
    (one: Resource) => one.metadata.name === name && one.metadata.namespace === namespace,
  );
  const short = `${namespace.replace("packets-", "")}/${name.replace(/^made-.*/, "made")}`;
  return {
    name: short,
    address: pod.status.podIP,
    engine: { kind: "pod", workload },
    oracle: { pod },
    runs: { kind: "pod", namespace, name },
    answers: short,
  };
}
