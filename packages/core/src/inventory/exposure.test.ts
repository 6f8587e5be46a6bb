import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { createInventory } from "./build.ts";

type Fields = { readonly [key: string]: Json };

function make(kind: string, name: string, more: Fields, metadata: Fields = {}): Resource {
  const [apiVersion, own] = kind.includes(":") ? (kind.split(":") as [string, string]) : ["v1", kind];
  return { apiVersion, kind: own, metadata: { name, namespace: "shop", ...metadata }, ...more } as Resource;
}

function pod(name: string, namespace = "shop"): Resource {
  const container = { name: "a", image: "b", ports: [{ containerPort: 8080, name: "web" }] };
  return make("Pod", name, { spec: { containers: [container] } }, { namespace, labels: { app: name } });
}

function service(type: string, more: Fields = {}, annotations: Fields = {}): Resource {
  const spec = { type, selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...more };
  return make("Service", "web", { spec }, { annotations });
}

function policy(rules: Json, name = "p"): Resource {
  const spec = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ingress: rules };
  return make("networking.k8s.io/v1:NetworkPolicy", name, { spec });
}

function ingress(annotations: Fields = {}): Resource {
  const spec = { rules: [{ http: { paths: [{ backend: { service: { name: "web" } } }] } }] };
  return make("networking.k8s.io/v1:Ingress", "web", { spec }, { annotations });
}

/** A proxy in a namespace of its own, behind a load balancer. */
const proxy = [
  pod("proxy", "edge"),
  make(
    "Service",
    "proxy",
    { spec: { type: "LoadBalancer", selector: { app: "proxy" }, ports: [{ port: 8080 }] } },
    { namespace: "edge" },
  ),
  make("Namespace", "edge", {}, { namespace: "", labels: { "kubernetes.io/metadata.name": "edge" } }),
];
const fromEdge = policy([
  { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } } }] },
]);
const fromOwn = policy([{ from: [{ podSelector: {} }] }]);
const fromAnywhere = policy([{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: "web" }] }]);
const fromInside = policy([{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }]);
const otherPort = policy([{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 9090 }] }]);
const nobody = policy([]);
const aggregated = make(
  "apiregistration.k8s.io/v1:APIService",
  "v1.example.com",
  { spec: { service: { name: "web", namespace: "shop" } } },
  { namespace: "" },
);

const aws = "service.beta.kubernetes.io/aws-load-balancer";
const balancer = (annotations: Fields, more: Fields = {}): readonly Resource[] => [
  service("LoadBalancer", more, annotations),
];

test.each([
  ["a load balancer", balancer({}), "internet", true],
  ["a policy that lets nobody in", [...balancer({}), nobody], "cluster", true],
  ["a policy for its own namespace", [...balancer({}), fromOwn], "cluster", true],
  ["a policy for addresses inside", [...balancer({}), fromInside], "internet", false],
  ["a policy for the whole world", [...balancer({}), fromAnywhere], "internet", true],
  ["a policy for another port", [...balancer({}), otherPort], "cluster", true],
  ["a node port behind a policy", [service("NodePort"), nobody], "cluster", true],
  ["an Ingress", [service("ClusterIP"), ingress()], "internet", true],
  [
    "an Ingress, and a policy for its proxy",
    [service("ClusterIP"), ingress(), ...proxy, fromEdge],
    "internet",
    true,
  ],
  [
    "an Ingress, and a policy for others",
    [service("ClusterIP"), ingress(), ...proxy, fromOwn],
    "internet",
    false,
  ],
  [
    "an Ingress, and a policy for nobody",
    [service("ClusterIP"), ingress(), ...proxy, nobody],
    "cluster",
    true,
  ],
  [
    "an internal Ingress",
    [service("ClusterIP"), ingress({ "alb.ingress.kubernetes.io/scheme": "internal" })],
    "external",
    true,
  ],
  ["the API server", [service("ClusterIP"), aggregated], "cluster", true],
  ["AWS, internal", balancer({ [`${aws}-internal`]: "true" }), "external", true],
  ["AWS, not internal", balancer({ [`${aws}-internal`]: "false" }), "internet", true],
  ["AWS, an empty word", balancer({ [`${aws}-internal`]: "" }), "internet", true],
  [
    "AWS, the controller's default",
    balancer({}, { loadBalancerClass: "service.k8s.aws/nlb" }),
    "external",
    true,
  ],
  [
    "AWS, the controller's, facing the internet",
    balancer({ [`${aws}-scheme`]: "internet-facing" }, { loadBalancerClass: "service.k8s.aws/nlb" }),
    "internet",
    true,
  ],
  [
    "Azure",
    balancer({ "service.beta.kubernetes.io/azure-load-balancer-internal": "true" }),
    "external",
    true,
  ],
  ["Google", balancer({ "networking.gke.io/load-balancer-type": "Internal" }), "external", true],
  [
    "OpenStack",
    balancer({ "service.beta.kubernetes.io/openstack-internal-load-balancer": "true" }),
    "external",
    true,
  ],
  [
    "Alibaba",
    balancer({ "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": "intranet" }),
    "external",
    true,
  ],
  [
    "ranges in the annotation",
    balancer({ "service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8" }),
    "external",
    true,
  ],
  [
    "ranges that are all there is",
    balancer({}, { loadBalancerSourceRanges: ["0.0.0.0/1", "128.0.0.0/1"] }),
    "internet",
    true,
  ],
] as const)("exposure by %s", (_, others, level, sure) => {
  const inventory = createInventory(exampleSnapshot([pod("web"), ...others]));
  const found = inventory.exposureOf(inventory.workloads.find(({ ref }) => ref.name === "web")!);
  expect([found.level, found.unsure.length === 0, found.because]).toEqual([level, sure, found.because]);
});

test("policies that were not read leave it exposed, and unsure", () => {
  const snapshot = exampleSnapshot([pod("web"), service("LoadBalancer")]);
  const gap = {
    reason: "forbidden" as const,
    source: "cluster",
    message: "may not list policies",
    kinds: ["networking.k8s.io/v1/NetworkPolicy"],
  };
  const inventory = createInventory({ ...snapshot, gaps: [gap] });
  expect(inventory.exposureOf(inventory.workloads[0]!)).toMatchObject({
    level: "internet",
    unsure: ["whether the network policies let it in is not known"],
  });
});

const controlPlane = make(
  "Node",
  "server",
  { status: { addresses: [{ type: "InternalIP", address: "10.0.0.5" }] } },
  { namespace: "", labels: { "node-role.kubernetes.io/control-plane": "" } },
);
const server = "the API server, for whom it lets in (APIService v1.example.com)";

test.each([
  ["no policy", [], "cluster", server],
  ["a policy for nobody", [nobody], "none", `${server}, but no network policy lets it in`],
  ["a policy for its own namespace", [fromOwn], "none", `${server}, but no network policy lets it in`],
  [
    "a policy for addresses inside",
    [fromInside],
    "cluster",
    `${server}; whether the network policies let it in is not known`,
  ],
  [
    "a policy for nobody, where the pod may run beside the API server",
    [nobody, controlPlane],
    "cluster",
    `${server}; whether the network policies let it in is not known`,
  ],
  ["no policy, where the node is known", [controlPlane], "cluster", server],
  ["a policy for the whole world", [fromAnywhere], "cluster", server],
] as const)("aggregation by the API server: %s", (_, others, level, text) => {
  const behind = service("ExternalName");
  const inventory = createInventory(exampleSnapshot([pod("web"), behind, aggregated, ...others]));
  const found = inventory.exposureOf(inventory.workloads.find(({ ref }) => ref.name === "web")!);
  expect([found.level, found.because]).toEqual([level, [text]]);
});
