/** Who stands at the other end: as sensors name him, as nodes and the API server are told apart, and who is left out. */
import { expect, test } from "vitest";
import type { ObservationDetail, Peer } from "../../model/observation.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { keyOf, of, seen, snapshotOf, workloads } from "../fixtures/shop.ts";
import { isProved, type Generated } from "./generated.ts";
import { networkPoliciesFor } from "./networkpolicy.ts";

const node = of("v1", "Node", "n", "", {
  spec: { podCIDR: "10.1.0.0/24", podCIDRs: ["10.1.0.0/24", "fd00:1::/64"] },
  status: {
    nodeInfo: { architecture: "amd64" },
    addresses: [{ type: "InternalIP", address: "192.0.2.10" }],
  },
});
const api = [
  of("v1", "Service", "kubernetes", "default", { spec: { clusterIP: "10.0.0.1", ports: [{ port: 443 }] } }),
  of("v1", "Endpoints", "kubernetes", "default", {
    subsets: [{ addresses: [{ ip: "192.0.2.99" }], ports: [{ port: 6443 }] }],
  }),
  of("v1", "Service", "old", "data", {
    spec: { clusterIP: "10.0.0.7", selector: { app: "gone" }, ports: [{ port: 1 }] },
  }),
];

function flow(direction: "in" | "out", port: number, peer: Peer): ObservationDetail {
  const operation = direction === "in" ? "accept" : "connect";
  return { kind: "connection", operation, direction, protocol: "TCP", port, peer };
}

function world(details: readonly ObservationDetail[], probed = false): Snapshot {
  const snapshot = snapshotOf(seen(keyOf("web"), details), [...api]);
  const resources = snapshot.resources
    .filter(({ resource }) => resource.kind !== "Node")
    .map((record) => {
      if (!probed || record.resource.metadata.name !== "web") return record;
      const text = JSON.stringify(record.resource).replace(
        '"image":"x"',
        '"image":"x","readinessProbe":{"httpGet":{"port":"http"}}',
      );
      return { ...record, resource: JSON.parse(text) as typeof record.resource };
    });
  return { ...snapshot, resources: [...resources, { resource: node, source: { file: "test" } }] };
}

function made(snapshot: Snapshot, cilium = false): Generated {
  return networkPoliciesFor(workloads(snapshot, "web"), snapshot, { cilium });
}

function rules(result: Generated, side: "ingress" | "egress"): readonly JsonObject[] {
  const spec = result.resources[0]!["spec"] as JsonObject;
  return (spec[side] as readonly JsonObject[]).filter((rule) => !JSON.stringify(rule).includes("kube-dns"));
}

const block = (cidr: string): JsonObject => ({ ipBlock: { cidr } });
const front = { podSelector: { matchLabels: { app: "front" } } };
const db = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "data" } },
  podSelector: { matchLabels: { app: "db" } },
};

test.each<[string, ObservationDetail, JsonObject, number]>([
  [
    "a workload by kind and name",
    flow("in", 8080, { namespace: "shop", workload: "Deployment/front" }),
    front,
    8080,
  ],
  ["a workload by name", flow("in", 8080, { namespace: "shop", workload: "front" }), front, 8080],
  [
    "a pod of it, with its address of then",
    flow("in", 8080, {
      namespace: "shop",
      pod: "front-1",
      workload: "Deployment/front",
      address: "10.1.0.9",
    }),
    front,
    8080,
  ],
  [
    "a Service, by the pods behind it and their port",
    flow("out", 5000, { namespace: "data", service: "db", address: "10.0.0.9" }),
    db,
    5432,
  ],
  [
    "the API server behind its Service",
    flow("out", 443, { namespace: "default", service: "kubernetes", address: "10.0.0.1" }),
    block("192.0.2.99/32"),
    6443,
  ],
  ["a stranger", flow("out", 443, { address: "203.0.113.9" }), block("203.0.113.9/32"), 443],
  ["a stranger by IPv6", flow("out", 443, { address: "2001:db8::9" }), block("2001:db8::9/128"), 443],
  [
    "a node whose pods are on its own network",
    flow("out", 9100, { address: "192.0.2.10" }),
    block("192.0.2.10/32"),
    9100,
  ],
])("%s", (_, detail, peer, port) => {
  const snapshot = world([detail]);
  const result = made(snapshot);
  const side = "direction" in detail && detail.direction === "in" ? "ingress" : "egress";
  const way = side === "ingress" ? "from" : "to";
  expect(rules(result, side)).toEqual([{ [way]: [peer], ports: [{ port, protocol: "TCP" }] }]);
  expect(result.proof).toMatchObject({ replayed: 1, denied: [], undecided: [] });
});

test("a node that comes to a port without probes has a rule, and which address it comes from stays open", () => {
  const result = made(world([flow("in", 8080, { address: "192.0.2.10" })]));
  expect(rules(result, "ingress")).toEqual([
    { from: [block("192.0.2.10/32")], ports: [{ port: 8080, protocol: "TCP" }] },
  ]);
  expect(result.proof.undecided.join()).toContain("depends on the network plugin");
});

test.each<[string, string, boolean]>([
  ["kubelet, by the node's address, at a probed port", "192.0.2.10", true],
  ["the bridge of the node", "10.1.0.1", false],
  ["the bridge of the node, IPv6", "fd00:1::1", false],
])("no rule, and no refusal: %s", (_, address, probed) => {
  const result = made(world([flow("in", 8080, { address })], probed));
  expect(rules(result, "ingress")).toEqual([]);
  expect(result.proof).toMatchObject({ replayed: 1, denied: [], undecided: [] });
  expect(result.notes.join()).toContain("its own node asks it on port 8080");
});

test.each<[string, Peer]>([
  ["a pod's address that nobody has", { address: "10.1.0.77" }],
  ["the same, IPv6", { address: "fd00:1::77" }],
  [
    "a pod since replaced, of a workload that is gone",
    { namespace: "shop", pod: "old-1", workload: "Deployment/old", address: "192.168.3.4" },
  ],
  ["a Service that nobody stands behind", { namespace: "data", service: "old", address: "10.0.0.7" }],
])("left out, and told: %s", (_, peer) => {
  const kept = flow("out", 443, { address: "203.0.113.9" });
  const result = made(world([flow("out", 9999, peer), kept]));
  expect(JSON.stringify(result.resources)).not.toContain("9999");
  expect(result.notes.join("\n")).toContain("left out: connects to");
  expect(result.notes.join("\n")).toContain("that pod is gone");
  expect(isProved(result.proof)).toBe(true);
});

test.each<[string, Peer, JsonObject]>([
  [
    "a host by its name",
    { address: "203.0.113.9", dnsName: "api.example.com" },
    { toFQDNs: [{ matchName: "api.example.com" }] },
  ],
  [
    "a node, which no block of addresses is",
    { address: "192.0.2.10" },
    { toEntities: ["host", "remote-node"] },
  ],
  [
    "the API server",
    { namespace: "default", service: "kubernetes", address: "10.0.0.1" },
    { toEntities: ["kube-apiserver"] },
  ],
])("Cilium: %s", (_, peer, expected) => {
  const result = made(world([flow("out", 443, peer)]), true);
  expect(rules(result, "egress")).toHaveLength(1);
  expect(rules(result, "egress")[0]).toMatchObject(expected);
  expect(result.proof.denied).toEqual([]);
});

const exporter = of("apps/v1", "DaemonSet", "exporter", "data", {
  spec: {
    selector: { matchLabels: { app: "exporter" } },
    template: {
      metadata: { labels: { app: "exporter" } },
      spec: { hostNetwork: true, containers: [{ name: "app", image: "x" }] },
    },
  },
});

const dns = of("apps/v1", "Deployment", "dns", "kube-system", {
  spec: {
    selector: { matchLabels: { "k8s-app": "kube-dns" } },
    template: {
      metadata: { labels: { "k8s-app": "kube-dns" } },
      spec: { containers: [{ name: "app", image: "x" }] },
    },
  },
});

/** Of an entity of Cilium's no address is known: that is said, and nothing called proved. */
test.each<readonly [string, boolean, readonly Peer[], number]>([
  [
    "IPv6: a stranger and a pod",
    false,
    [{ address: "2001:db8::9" }, { namespace: "shop", workload: "front", address: "fd00:1::5" }],
    0,
  ],
  [
    "in the network of its node: by the node's address",
    false,
    [{ namespace: "data", workload: "DaemonSet/exporter", address: "192.0.2.10" }],
    0,
  ],
  ["Cilium, IPv6", true, [{ address: "2001:db8::9" }], 0],
  [
    "Cilium, by name, at either family's address",
    true,
    [
      { address: "203.0.113.9", dnsName: "api.example.com" },
      { address: "2001:db8::7", dnsName: "api.example.com" },
    ],
    0,
  ],
  [
    "Cilium, a node and the API server",
    true,
    [{ address: "192.0.2.10" }, { namespace: "default", service: "kubernetes", address: "10.0.0.1" }],
    2,
  ],
])("replayed, nothing refused, and no more admitted than seen: %s", (_, cilium, peers, open) => {
  const snapshot = world(peers.map((peer) => flow("out", 443, peer)));
  const more = [exporter, dns].map((resource) => ({ resource, source: { file: "test" } }));
  const resources = [...snapshot.resources, ...more];
  const { proof } = made({ ...snapshot, resources }, cilium);
  expect(proof).toMatchObject({ replayed: peers.length, denied: [] });
  expect(proof.undecided).toHaveLength(open);
  expect(proof.admitted / proof.seen).toBe(1);
});
