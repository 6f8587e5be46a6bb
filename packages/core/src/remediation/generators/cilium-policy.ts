/** A CiliumNetworkPolicy of the connections that a workload was seen to make and take: hosts outside by their names. */
import type { JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import { joined, type Joined, type Placed } from "./network-peers.ts";

/** `toFQDNs` needs the DNS proxy, which a rule for DNS with `matchPattern: "*"` switches on. */
export function ciliumOf(workload: Workload, selector: JsonObject, placed: readonly Placed[]): Resource {
  const side = (direction: "in" | "out"): readonly JsonObject[] =>
    joined(placed.filter((entry) => entry.direction === direction)).map((entry) => ruleOf(direction, entry));
  return {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: `${workload.ref.name}-seen`, namespace: workload.ref.namespace },
    spec: { endpointSelector: { matchLabels: selector }, ingress: side("in"), egress: side("out") },
  };
}

function ruleOf(direction: "in" | "out", { peer, host, entities, ports }: Joined): JsonObject {
  const listed = ports.map(({ port, protocol }) => ({ port: String(port), protocol: protocol! }));
  const dns =
    direction === "out" && ports.some(({ port }) => port === 53)
      ? { rules: { dns: [{ matchPattern: "*" }] } }
      : {};
  const toPorts = [{ ports: listed, ...dns }];
  const prefix = direction === "in" ? "from" : "to";
  // Blocks of addresses never stand for nodes or the API server there.
  if (entities !== undefined) return { [`${prefix}Entities`]: entities, toPorts };
  if (host !== undefined) return { toFQDNs: [{ matchName: host }], toPorts };
  if (peer === undefined) return { [`${prefix}Entities`]: ["all"], toPorts };
  const block = peer["ipBlock"] as JsonObject | undefined;
  if (block !== undefined) return { [`${prefix}CIDR`]: [block["cidr"]!], toPorts };
  return { [`${prefix}Endpoints`]: [{ matchLabels: endpointLabels(peer) }], toPorts };
}

function endpointLabels(peer: JsonObject): JsonObject {
  const labels = (selector: unknown): JsonObject =>
    ((selector as JsonObject | undefined)?.["matchLabels"] as JsonObject | undefined) ?? {};
  const namespace = labels(peer["namespaceSelector"])["kubernetes.io/metadata.name"];
  return {
    ...labels(peer["podSelector"]),
    ...(namespace === undefined ? {} : { "k8s:io.kubernetes.pod.namespace": namespace }),
  };
}
