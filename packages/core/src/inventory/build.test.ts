import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import type { Gap } from "../model/gap.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { createInventory } from "./build.ts";

type Fields = { readonly [key: string]: Json };
const containers = [{ name: "app", image: "a" }];

function resource(kind: string, name: string, more: Fields = {}, metadata: Fields = {}): Resource {
  const [apiVersion, short] = kind.includes(":") ? kind.split(":") : ["v1", kind];
  return {
    apiVersion: apiVersion!,
    kind: short!,
    metadata: { namespace: "shop", name, ...metadata },
    ...more,
  } as Resource;
}

function ownedBy(apiVersion: string, kind: string, name: string, uid = "u"): Fields {
  return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] };
}

const deployment = resource(
  "apps/v1:Deployment",
  "web",
  { spec: { template: { metadata: { labels: { app: "web" } }, spec: { containers } } } },
  { labels: { team: "front" }, annotations: { "meta.helm.sh/release-name": "shop" } },
);
const replicaSet = resource(
  "apps/v1:ReplicaSet",
  "web-1",
  { spec: { template: { spec: { containers } } } },
  ownedBy("apps/v1", "Deployment", "web"),
);
const pod = resource("Pod", "web-1-x", { spec: { containers } }, ownedBy("apps/v1", "ReplicaSet", "web-1"));

test("a pod rolls up to what a person wrote", () => {
  const { workloads } = createInventory(exampleSnapshot([deployment, replicaSet, pod]));
  const [, , own] = workloads;
  expect(own?.owners.map(({ kind }) => kind)).toEqual(["ReplicaSet", "Deployment"]);
  expect(own?.root).toMatchObject({ kind: "Deployment", name: "web" });
  expect(workloads.map(({ derived }) => derived)).toEqual([false, true, true]);
  expect(own?.deployedBy).toEqual({ tool: "helm", name: "shop" });
  expect(workloads[0]?.team).toBe("front");
});

test("a pod whose owner was not read is judged itself, and names its owner", () => {
  const [own] = createInventory(exampleSnapshot([pod])).workloads;
  expect(own?.derived).toBe(false);
  expect(own?.root).toMatchObject({ kind: "ReplicaSet", name: "web-1" });
});

test("owners that go in a circle, or own themselves, end", () => {
  const a = resource("Pod", "a", { spec: { containers } }, ownedBy("v1", "Pod", "b"));
  const b = resource("Pod", "b", { spec: { containers } }, ownedBy("v1", "Pod", "a"));
  const self = resource("Pod", "self", { spec: { containers } }, ownedBy("v1", "Pod", "self"));
  expect(createInventory(exampleSnapshot([a, b, self])).workloads.every(({ derived }) => !derived)).toBe(
    true,
  );
});

test("a reference to another object of the same name is stale", () => {
  const remade = { ...deployment, metadata: { ...deployment.metadata, uid: "new" } };
  const old = resource(
    "Pod",
    "old",
    { spec: { containers } },
    ownedBy("apps/v1", "Deployment", "web", "old"),
  );
  const workloads = createInventory(exampleSnapshot([remade, old])).workloads;
  expect(workloads.map(({ derived }) => derived)).toEqual([false, false]);
});

test("custom resources bear pods by shape, each with its own path", () => {
  const rollout = resource("argoproj.io/v1alpha1:Rollout", "web", {
    spec: { template: { metadata: { labels: { a: "b" } }, spec: { containers } } },
  });
  const ray = resource("ray.io/v1:RayCluster", "ray", {
    spec: { head: { template: { spec: { containers } } }, workers: [{ template: { spec: { containers } } }] },
  });
  const bare = resource("example.com/v1:Runner", "r", { spec: { pod: { containers } } });
  const paths = createInventory(exampleSnapshot([rollout, ray, bare])).workloads.map(
    ({ containers: [first] }) => first?.path.join("."),
  );
  expect(paths).toEqual([
    "spec.template.spec.containers.0",
    "spec.head.template.spec.containers.0",
    "spec.workers.0.template.spec.containers.0",
    "spec.pod.containers.0",
  ]);
});

test("sidecars, init and ephemeral containers are told apart", () => {
  const spec = {
    initContainers: [
      { name: "i", image: "a" },
      { name: "s", image: "a", restartPolicy: "Always" },
    ],
    containers,
    ephemeralContainers: [{ name: "e", image: "a" }],
  };
  const [own] = createInventory(exampleSnapshot([resource("Pod", "p", { spec })])).workloads;
  expect(own?.containers.map(({ name, role }) => `${name}:${role}`)).toEqual([
    "i:init",
    "s:sidecar",
    "app:container",
    "e:ephemeral",
  ]);
});

const service = (spec: Fields, annotations: Fields = {}): Resource =>
  resource("Service", "web", { spec: { selector: { app: "web" }, ...spec } }, { annotations });
const ingress = resource("networking.k8s.io/v1:Ingress", "web", {
  spec: { rules: [{ http: { paths: [{ backend: { service: { name: "web" } } }] } }] },
});

test.each([
  ["no service", [], "none"],
  ["a cluster IP", [service({})], "cluster"],
  ["a load balancer", [service({ type: "LoadBalancer" })], "internet"],
  [
    "an internal load balancer",
    [service({ type: "LoadBalancer" }, { "networking.gke.io/load-balancer-type": "Internal" })],
    "external",
  ],
  [
    "a load balancer with source ranges",
    [service({ type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8"] })],
    "external",
  ],
  [
    "a load balancer for everywhere",
    [service({ type: "LoadBalancer", loadBalancerSourceRanges: ["0.0.0.0/0"] })],
    "internet",
  ],
  ["a node port", [service({ type: "NodePort" })], "external"],
  ["an ingress", [service({}), ingress], "internet"],
  ["a service of other pods", [service({ selector: { app: "other" } })], "none"],
] as const)("exposure by %s", (_, others, level) => {
  const inventory = createInventory(exampleSnapshot([deployment, ...others]));
  expect(inventory.exposureOf(inventory.workloads[0]!).level).toBe(level);
});

test("exposure is unknown where services could not be listed", () => {
  const gap: Gap = {
    reason: "forbidden",
    source: "cluster",
    message: "may not list services",
    kinds: ["v1/Service"],
  };
  const inventory = createInventory({ ...exampleSnapshot([deployment]), gaps: [gap] });
  expect(inventory.exposureOf(inventory.workloads[0]!).level).toBe("unknown");
  expect(inventory.covers("v1/Service")).toBe(false);
  expect(inventory.covers("v1/Pod")).toBe(true);
});
