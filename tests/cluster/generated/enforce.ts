/** Makes the node enforce the policies that are there between the workloads of the test, as the oracle decides them. */
import { ask } from "../../network-oracle/oracle.ts";
import { clusterOf, type End } from "../../network-oracle/cluster.ts";
import type { Api } from "../api.ts";
import type { PacketEnd } from "../packets/ends.ts";
import { program, type Ruling } from "../packets/firewall.ts";
import { namespaces } from "./world.ts";

export const strangePort = 7500;
const ports = [
  ["TCP", 80],
  ["TCP", 8080],
  ["TCP", strangePort],
  ["TCP", 53],
  ["UDP", 53],
] as const;
const nodeAddress = "10.240.0.1";
const apiPort = 6443;

/** Between all of their pods, to the cluster's DNS, to the API server, and from the node. */
export async function enforce(api: Api): Promise<void> {
  const list = async (kind: string, path: string): Promise<readonly object[]> =>
    ((await api.send("GET", path)).body.items ?? []).map((item) => ({
      ...item,
      kind,
      apiVersion: kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "v1",
    }));
  const cluster = clusterOf([
    ...(await list("Namespace", "/api/v1/namespaces")),
    ...(await list("Pod", "/api/v1/pods")),
    ...(await list("Node", "/api/v1/nodes")),
    ...(await list("NetworkPolicy", "/apis/networking.k8s.io/v1/networkpolicies")),
  ]);
  const alive = cluster.pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.podIP !== undefined,
  );
  const own = alive
    .filter(({ metadata }) => namespaces.includes(metadata.namespace))
    .map((pod) => end(pod.status.podIP, { pod }));
  const dns = alive
    .filter(({ metadata }) => metadata.labels?.["k8s-app"] === "kube-dns")
    .map((pod) => end(pod.status.podIP, { pod }));
  const node = end(nodeAddress, { node: "plimsoll-node" });
  const rulings = own.flatMap((from) => {
    const rule = (a: PacketEnd, b: PacketEnd, protocol: "TCP" | "UDP", port: number): Ruling => ({
      from: a,
      to: b,
      protocol,
      port,
      ...ask(cluster, a.oracle, b.oracle, protocol, port),
    });
    return [
      ...ports.flatMap(([protocol, port]) => [
        ...[...own, ...dns].filter((to) => to !== from).map((to) => rule(from, to, protocol, port)),
        rule(node, from, protocol, port),
      ]),
      rule(from, node, "TCP", apiPort),
    ];
  });
  await program(rulings);
}

function end(address: string, oracle: End): PacketEnd {
  return { name: address, address, engine: { kind: "address", ip: address }, oracle, answers: "" };
}
