/** Makes the node enforce the policies of the truth suite, as the oracle decides them. */
import { ask } from "../../network-oracle/oracle.ts";
import { clusterOf, type End } from "../../network-oracle/cluster.ts";
import type { Api } from "../api.ts";
import type { PacketEnd } from "../packets/ends.ts";
import { program, type Ruling } from "../packets/firewall.ts";
import { namespace } from "./manifest.ts";

/** Every connection that the pods of these pairs make or take: to names, to the other service, and from the node. */
export async function enforce(api: Api, names: readonly string[]): Promise<void> {
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
  const own = cluster.pods.filter(
    ({ metadata, status }) =>
      metadata.namespace === namespace &&
      status.podIP !== undefined &&
      metadata.deletionTimestamp === undefined,
  );
  const pods = own.filter(({ metadata }) => names.includes(metadata.labels?.pair));
  const back = own.filter(({ metadata }) => metadata.labels?.app === "back");
  const dns = cluster.pods.filter(({ metadata }) => metadata.labels?.["k8s-app"] === "kube-dns");
  const node = end("10.240.0.1", { node: "plimsoll-node" });
  const rulings = pods.flatMap((pod): readonly Ruling[] => {
    const from = end(pod.status.podIP, { pod });
    const rule = (source: PacketEnd, to: PacketEnd, protocol: "TCP" | "UDP", port: number): Ruling => ({
      from: source,
      to,
      protocol,
      port,
      ...ask(cluster, source.oracle, to.oracle, protocol, port),
    });
    return [
      rule(node, from, "TCP", 8080),
      ...back.map((one) => rule(from, end(one.status.podIP, { pod: one }), "TCP", 8080)),
      ...dns.flatMap((one) => {
        const to = end(one.status.podIP, { pod: one });
        return [rule(from, to, "UDP", 53), rule(from, to, "TCP", 53)];
      }),
    ];
  });
  if (rulings.length > 0) await program(rulings);
}

function end(address: string, oracle: End): PacketEnd {
  return { name: address, address, engine: { kind: "address", ip: address }, oracle, answers: "" };
}
