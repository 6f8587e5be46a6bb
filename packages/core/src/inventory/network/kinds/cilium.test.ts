import { expect, test } from "vitest";
import type { Resource } from "../../../model/resource.ts";
import type { Verdict } from "../connectivity.ts";
import { base, block, onApi, type Spec } from "../fixtures/shop.ts";
import { make, world } from "../fixtures/world.ts";

interface Row {
  readonly policies: readonly Resource[];
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly verdict: Verdict;
}

const api = { endpointSelector: { matchLabels: { app: "api" } } };
const cilium = (spec: Spec, id = "shop/c"): Resource =>
  make("cilium.io/v2", id.includes("/") ? "CiliumNetworkPolicy" : "CiliumClusterwideNetworkPolicy", id, {
    spec: { ...api, ...spec },
  });
const webEndpoint = { matchLabels: { app: "web" } };
const port80 = [{ ports: [{ port: "80", protocol: "TCP" }] }];

const ciliumRows: { readonly [title: string]: Row } = {
  "an empty rule isolates": { policies: [cilium({ ingress: [{}] })], verdict: "denied" },
  "an empty list does not": { policies: [cilium({ ingress: [] })], verdict: "allowed" },
  "an endpoint of the namespace": {
    policies: [cilium({ ingress: [{ fromEndpoints: [webEndpoint] }] })],
    verdict: "allowed",
  },
  "an endpoint of another namespace must be named": {
    policies: [cilium({ ingress: [{ fromEndpoints: [{}] }] })],
    from: "data/db",
    verdict: "denied",
  },
  "an endpoint of a named namespace": {
    policies: [
      cilium({
        ingress: [{ fromEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "data" } }] }],
      }),
    ],
    from: "data/db",
    verdict: "allowed",
  },
  "an endpoint by the labels of its namespace": {
    policies: [
      cilium({
        ingress: [{ fromEndpoints: [{ matchLabels: { "io.cilium.k8s.namespace.labels.team": "front" } }] }],
      }),
    ],
    verdict: "allowed",
  },
  "a cluster-wide policy is of every namespace": {
    policies: [cilium({ ingress: [{ fromEndpoints: [{}] }] }, "c")],
    from: "data/db",
    verdict: "allowed",
  },
  "an empty list of endpoints selects nothing": {
    policies: [cilium({ ingress: [{ fromEndpoints: [], toPorts: port80 }] })],
    verdict: "denied",
  },
  "no peers and a port is everybody": {
    policies: [cilium({ ingress: [{ toPorts: port80 }] })],
    from: "203.0.113.7",
    verdict: "allowed",
  },
  "a denial beats an allowance": {
    policies: [
      cilium({ ingress: [{ fromEndpoints: [{}] }], ingressDeny: [{ fromEndpoints: [webEndpoint] }] }),
    ],
    verdict: "denied",
  },
  "a denial beats a NetworkPolicy": {
    policies: [cilium({ ingressDeny: [{ fromEndpoints: [webEndpoint] }] }), onApi({ ingress: [{}] })],
    verdict: "denied",
  },
  "a denial isolates": {
    policies: [cilium({ ingressDeny: [{ fromEndpoints: [webEndpoint] }] })],
    from: "data/db",
    verdict: "denied",
  },
  "a denial that does not isolate": {
    policies: [
      cilium({ enableDefaultDeny: { ingress: false }, ingressDeny: [{ fromEndpoints: [webEndpoint] }] }),
    ],
    from: "data/db",
    verdict: "allowed",
  },
  "it adds to NetworkPolicies": {
    policies: [cilium({ ingress: [{ fromEndpoints: [webEndpoint] }] }), onApi({})],
    verdict: "allowed",
  },
  "the world": {
    policies: [cilium({ ingress: [{ fromEntities: ["world"] }] })],
    from: "203.0.113.7",
    verdict: "allowed",
  },
  "the world holds no pods": {
    policies: [cilium({ ingress: [{ fromEntities: ["world"] }] })],
    verdict: "denied",
  },
  "the cluster": { policies: [cilium({ ingress: [{ fromEntities: ["cluster"] }] })], verdict: "allowed" },
  "another node": {
    policies: [cilium({ ingress: [{ fromEntities: ["remote-node"] }] })],
    from: "node:n2",
    verdict: "allowed",
  },
  "the API server may be any node": {
    policies: [cilium({ ingress: [{ fromEntities: ["kube-apiserver"] }] })],
    from: "node:n2",
    verdict: "unknown",
  },
  "the API server is no pod": {
    policies: [cilium({ ingress: [{ fromEntities: ["kube-apiserver"] }] })],
    verdict: "denied",
  },
  "a CIDR holds no pods": {
    policies: [cilium({ ingress: [{ fromCIDR: ["10.0.0.0/8"] }] })],
    verdict: "denied",
  },
  "a CIDR outside": {
    policies: [
      cilium({ ingress: [{ fromCIDRSet: [{ cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] }] }] }),
    ],
    from: "203.0.113.7",
    verdict: "allowed",
  },
  "an exception of a CIDR": {
    policies: [
      cilium({ ingress: [{ fromCIDRSet: [{ cidr: "203.0.113.0/24", except: ["203.0.113.0/25"] }] }] }),
    ],
    from: "203.0.113.7",
    verdict: "denied",
  },
  "a CIDR group is not read": {
    policies: [cilium({ ingress: [{ fromCIDRSet: [{ cidrGroupRef: "g" }] }] })],
    from: "203.0.113.7",
    verdict: "unknown",
  },
  "any protocol": {
    policies: [cilium({ ingress: [{ toPorts: [{ ports: [{ port: "80" }] }] }] })],
    port: "80/SCTP",
    verdict: "allowed",
  },
  "a range": {
    policies: [cilium({ ingress: [{ toPorts: [{ ports: [{ port: "70", endPort: 90 }] }] }] })],
    verdict: "allowed",
  },
  "a named port": {
    policies: [cilium({ ingress: [{ toPorts: [{ ports: [{ port: "http" }] }] }] })],
    port: "8080",
    verdict: "allowed",
  },
  "ICMP only": {
    policies: [cilium({ ingress: [{ icmps: [{ fields: [{ type: 8 }] }] }] })],
    verdict: "denied",
  },
  "HTTP rules": {
    policies: [
      cilium({
        ingress: [
          { toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{ method: "GET" }] } }] },
        ],
      }),
    ],
    verdict: "unknown",
  },
  "HTTP rules on another port": {
    policies: [
      cilium({
        ingress: [
          { toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{ method: "GET" }] } }] },
        ],
      }),
    ],
    port: "81",
    verdict: "denied",
  },
  "an HTTP rule without conditions": {
    policies: [
      cilium({
        ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{}] } }] }],
      }),
    ],
    verdict: "allowed",
  },
  "mutual authentication": {
    policies: [cilium({ ingress: [{ fromEndpoints: [{}], authentication: { mode: "required" } }] })],
    verdict: "unknown",
  },
  "names of the outside": {
    policies: [
      cilium({
        endpointSelector: { matchLabels: { app: "web" } },
        egress: [{ toFQDNs: [{ matchName: "a.example" }] }],
      }),
    ],
    to: "203.0.113.7",
    verdict: "unknown",
  },
  "names are no pods": {
    policies: [
      cilium({
        endpointSelector: { matchLabels: { app: "web" } },
        egress: [{ toFQDNs: [{ matchName: "a.example" }] }],
      }),
    ],
    verdict: "denied",
  },
  services: {
    policies: [cilium({ endpointSelector: { matchLabels: { app: "web" } }, egress: [{ toServices: [{}] }] })],
    verdict: "unknown",
  },
  "a field that is not understood": {
    policies: [cilium({ ingress: [{ fromEndpoints: [{}] }], mood: "grim" })],
    verdict: "unknown",
  },
  "a label that Cilium leaves out": {
    policies: [cilium({ ingress: [{ fromEndpoints: [{ matchLabels: { "pod-template-hash": "x" } }] }] })],
    verdict: "unknown",
  },
  "nodes that are selected": {
    policies: [cilium({ nodeSelector: {}, endpointSelector: null, ingress: [{}] }, "c")],
    from: "shop/web",
    to: "node:n2",
    verdict: "unknown",
  },
  "a block of a NetworkPolicy holds no pods for Cilium": {
    policies: [cilium({ ingress: [{}] }), onApi({ ingress: [{ from: [block("10.0.0.0/8")] }] })],
    verdict: "unknown",
  },
};

test.each(Object.entries(ciliumRows))(
  "Cilium: %s",
  (_title, { policies, from = "shop/web", to = "shop/api", port, verdict }) => {
    expect(world([...base, ...policies]).ask(from, to, port)).toBe(verdict);
  },
);

test("cluster traffic in a Cilium policy leaves open what nodes forward from outside", () => {
  const { graph, workload } = world([...base, cilium({ ingress: [{ fromEntities: ["cluster"] }] })]);
  expect(graph.admitsFromOutside(workload("shop/api"), { port: 80 }).verdict).toBe("unknown");
});
