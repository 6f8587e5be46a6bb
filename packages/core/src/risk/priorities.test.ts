import { expect, test } from "vitest";
import { defineControl, type Control } from "../controls/control.ts";
import { exampleSnapshot } from "../controls/example.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { scan } from "../scan.ts";

const words = {
  title: "t",
  severity: "high",
  why: "w",
  remediation: "Do it.",
  equivalents: [],
  path: "",
  message: "m",
  noFix: "n",
  examples: { pass: [], fail: [] },
} as const;
const takesNode = defineControl({
  ...words,
  id: "takes-node",
  target: "pod",
  validate: "false",
  grants: "node-takeover",
});
const takesCluster = defineControl({
  ...words,
  id: "takes-cluster",
  target: "binding",
  validate: "false",
  grants: "cluster-takeover",
});
const hardening = defineControl({ ...words, id: "hardening", target: "pod", validate: "false" });

function make(
  apiVersion: string,
  kind: string,
  name: string,
  more: { [key: string]: Json },
  metadata: { [key: string]: Json } = {},
): Resource {
  return { apiVersion, kind, metadata: { namespace: "shop", name, ...metadata }, ...more } as Resource;
}
const pod = make(
  "v1",
  "Pod",
  "web",
  { spec: { containers: [{ name: "a", image: "b" }] } },
  { labels: { app: "web" } },
);
const service = (type: string): Resource =>
  make("v1", "Service", "web", { spec: { type, selector: { app: "web" } } });
const binding = (name: string, namespace = "shop", kind = "ServiceAccount"): Resource =>
  make(
    "rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding",
    name,
    { roleRef: { kind: "ClusterRole", name: "r" }, subjects: [{ kind, name, namespace }] },
    { namespace: "" },
  );

function prioritised(
  controls: readonly Control[],
  resources: readonly Resource[],
  kind: "cluster" | "files" = "cluster",
) {
  const snapshot = exampleSnapshot(resources);
  const header = { ...snapshot.header, server: { ...snapshot.header.server, kind } };
  return scan({ ...snapshot, header }, { controls, frameworks: [] }, { toolVersion: "0" }).priorities;
}

test.each([
  ["an exposed pod", [pod, service("LoadBalancer")], 1],
  ["a pod reached from inside only", [pod, service("ClusterIP")], 0],
  ["a pod nothing leads to", [pod], 0],
])("power over a node: %s", (_, resources, act) => {
  expect(prioritised([takesNode], resources).act).toHaveLength(act);
});

test("in files exposure is not known, and unknown never demotes", () => {
  expect(prioritised([takesNode], [pod], "files").act).toHaveLength(1);
});

test.each([
  ["a workload's account", binding("runner"), 1],
  ["everybody", binding("system:unauthenticated", "", "Group"), 1],
  ["the platform's own account", binding("controller", "kube-system"), 0],
  ["a component of the control plane", binding("system:kube-scheduler", "", "User"), 0],
])("power over the cluster: %s", (_, held, act) => {
  expect(prioritised([takesCluster], [held]).act).toHaveLength(act);
});

test("the cluster comes before a node, everybody before one account", () => {
  const { act } = prioritised(
    [takesNode, takesCluster],
    [pod, service("LoadBalancer"), binding("runner"), binding("system:anonymous", "", "User")],
  );
  expect(act.map(({ steps }) => steps.slice(1, 3).join(", "))).toEqual([
    "target: the cluster, entry: User:system:anonymous",
    "target: the cluster, entry: ServiceAccount:shop/runner",
    "target: a node, entry: the internet (Service shop/web (LoadBalancer))",
  ]);
});

test("what gives no power waits, counted by reason", () => {
  expect(prioritised([hardening], [pod]).later).toMatchObject([{ edits: 1, findings: 1 }]);
});

test("what could not be read is blind, with what would show it", () => {
  const gap = {
    reason: "forbidden",
    source: "cluster",
    message: "may not list bindings",
    kinds: ["rbac.authorization.k8s.io/v1/ClusterRoleBinding"],
    remedy: "grant list",
  } as const;
  const { blind } = scan(
    { ...exampleSnapshot([]), gaps: [gap] },
    { controls: [takesCluster], frameworks: [] },
    { toolVersion: "0" },
  ).priorities;
  expect(blind).toEqual([
    {
      what: "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
      because: "may not list bindings",
      remedy: "grant list",
      results: 1,
    },
  ]);
});

test("the platform's own workloads are grouped, still counted", () => {
  const proxy = make(
    "apps/v1",
    "DaemonSet",
    "kube-proxy",
    { spec: { template: { spec: { containers: [{ name: "a", image: "b" }] } } } },
    { namespace: "kube-system" },
  );
  const { act, system } = prioritised([takesNode, hardening], [proxy]);
  expect(act).toEqual([]);
  expect(system).toMatchObject([{ because: "service proxy of the nodes", findings: 2 }]);
});

test("a role whose bindings were not read is held by whoever", () => {
  const held = defineControl({
    ...words,
    id: "held",
    target: "role",
    validate: "false",
    grants: "cluster-takeover",
  });
  const role = make("rbac.authorization.k8s.io/v1", "ClusterRole", "r", { rules: [] }, { namespace: "" });
  const gap = {
    reason: "forbidden",
    source: "cluster",
    message: "no",
    kinds: ["rbac.authorization.k8s.io/v1/ClusterRoleBinding"],
  } as const;
  const library = { controls: [held], frameworks: [] };
  expect(scan(exampleSnapshot([role]), library, { toolVersion: "0" }).priorities.act).toEqual([]);
  expect(
    scan({ ...exampleSnapshot([role]), gaps: [gap] }, library, { toolVersion: "0" }).priorities.act,
  ).toHaveLength(1);
});
