/** Rights, labels and owners made to confuse or to exhaust: everything ends, nothing crosses, and what was left out is told. */
import {
  attackGraph,
  attackOn,
  authorizer,
  connectivityOf,
  createInventory,
  editsFor,
  evaluate,
  exampleSnapshot,
  fixesFor,
  scan,
  type Inventory,
  type Json,
  type Resource,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";
import { edges } from "./index.ts";

type Fields = { readonly [key: string]: Json };
const rbac = "rbac.authorization.k8s.io/v1";

function make(apiVersion: string, kind: string, meta: Fields, more: Fields): Resource {
  return { apiVersion, kind, metadata: meta as Resource["metadata"], ...more };
}

function pod(namespace: string, name: string, meta: Fields = {}, spec: Fields = {}): Resource {
  const containers = [{ name: "a", image: "b", ports: [{ containerPort: 80 }] }];
  return make("v1", "Pod", { namespace, name, ...meta }, { spec: { containers, ...spec } });
}

function inventoryOf(resources: readonly Resource[]): Inventory {
  return createInventory(exampleSnapshot(resources));
}

const evil = pod("evil", "thief", {
  labels: { app: "api", "io.kubernetes.pod.namespace": "bank", "k8s:io.kubernetes.pod.namespace": "bank" },
});
const claimed = make(
  "v1",
  "Namespace",
  { name: "evil", labels: { "kubernetes.io/metadata.name": "bank", "io.kubernetes.pod.namespace": "bank" } },
  {},
);
const bank = [pod("bank", "db", { labels: { app: "db" } }), pod("bank", "api", { labels: { app: "api" } })];
const byName = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "bank" } } };
const api = { podSelector: { matchLabels: { app: "api" } } };
const admits = (from: Json): Resource =>
  make(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    { namespace: "bank", name: "db" },
    { spec: { podSelector: { matchLabels: { app: "db" } }, ingress: [{ from: [from] }] } },
  );
const cilium = (labels: Fields): Resource =>
  make(
    "cilium.io/v2",
    "CiliumNetworkPolicy",
    { namespace: "bank", name: "db" },
    {
      spec: {
        endpointSelector: { matchLabels: { app: "db" } },
        ingress: [{ fromEndpoints: [{ matchLabels: labels }] }],
      },
    },
  );

test.each([
  ["the name of a namespace", admits(byName)],
  ["the labels of pods", admits(api)],
  ["both", admits({ ...byName, ...api })],
  ["Cilium's label of a namespace", cilium({ "k8s:io.kubernetes.pod.namespace": "bank" })],
  ["Cilium's labels of pods", cilium({ app: "api" })],
])("case 30: %s, copied by another tenant, lets nobody in", (_, policy) => {
  const inventory = inventoryOf([...bank, evil, claimed, policy]);
  const verdict = (name: string): string => {
    const [from, to] = [name, "db"].map((each) => inventory.workloads.find(({ ref }) => ref.name === each)!);
    return connectivityOf(inventory).verdict(
      { kind: "pod", workload: from! },
      { kind: "pod", workload: to! },
      { port: 80 },
    ).verdict;
  };
  expect([verdict("api"), verdict("thief")]).toEqual(["allowed", "denied"]);
});

test("case 36: five thousand ClusterRoles in a circle of aggregation hold what any of them holds", () => {
  const count = 5_000;
  const roles = Array.from({ length: count }, (_, at) =>
    make(
      rbac,
      "ClusterRole",
      { name: `r${at}`, labels: { [`ring-${at}`]: "yes" } },
      {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`ring-${(at + 1) % count}`]: "yes" } }] },
      },
    ),
  );
  const leaf = make(
    rbac,
    "ClusterRole",
    { name: "leaf", labels: { "ring-7": "yes" } },
    { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] },
  );
  const subject = { kind: "ServiceAccount", namespace: "evil", name: "thief" } as const;
  const binding = make(
    rbac,
    "ClusterRoleBinding",
    { name: "b" },
    {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r4999" },
      subjects: [subject],
    },
  );
  // In a live cluster the controller has written down what is gathered; in files it is worked out.
  const snapshot = exampleSnapshot([...roles, leaf, binding]);
  const server = { kind: "files", name: "x" } as const;
  const inventory = createInventory({ ...snapshot, header: { ...snapshot.header, server } });
  const asked = { subject, verb: "get", resource: "secrets", namespace: "bank", name: "a" };
  expect(authorizer(inventory).authorize(asked).allowed).toBe(true);
  const { steps } = attackGraph(inventory, edges);
  expect(steps.some(({ by }) => by === "read-secrets")).toBe(true);
});

const rule = (verbs: string, resources: string, more: Fields = {}): Fields => ({
  apiGroups: ["*"],
  resources: [resources],
  verbs: [verbs],
  ...more,
});
const roleRef = (name: string): Json => ({
  apiGroup: "rbac.authorization.k8s.io",
  kind: "ClusterRole",
  name,
});
const anybody = { kind: "Group", name: "system:unauthenticated" };

test.each([
  ["every verb on everything", [rule("*", "*")], "system:unauthenticated"],
  [
    "every verb and every path",
    [rule("*", "*"), { nonResourceURLs: ["*"], verbs: ["*"] }],
    "system:unauthenticated",
  ],
  [
    "to act as system:masters",
    [rule("impersonate", "groups"), rule("impersonate", "users")],
    "system:unauthenticated",
  ],
  [
    "to act as system:masters by name",
    [rule("impersonate", "users"), rule("impersonate", "groups", { resourceNames: ["system:masters"] })],
    "system:unauthenticated",
  ],
  ["the same, for every account", [rule("*", "*")], "system:serviceaccounts"],
])("case 37: %s leads to the cluster", (_, rules, name) => {
  const role = make(rbac, "ClusterRole", { name: "wide" }, { rules: rules as Json });
  const subjects = [{ ...anybody, name }];
  const binding = make(rbac, "ClusterRoleBinding", { name: "b" }, { roleRef: roleRef("wide"), subjects });
  const { paths } = scan(exampleSnapshot([role, binding, pod("evil", "thief")]), library, {
    toolVersion: "test",
  });
  expect(paths!.top.some(({ target }) => target.startsWith("the cluster"))).toBe(true);
});

test("case 37: a user with the system: prefix is no part of the platform for that", () => {
  const role = make(rbac, "ClusterRole", { name: "wide" }, { rules: [rule("*", "*")] });
  const subjects = [{ kind: "User", name: "system:nobody-knows" }];
  const binding = make(rbac, "ClusterRoleBinding", { name: "b" }, { roleRef: roleRef("wide"), subjects });
  const subject = { kind: "User", namespace: "", name: "system:nobody-knows" } as const;
  const { paths } = scan(exampleSnapshot([role, binding, pod("evil", "thief")]), library, {
    toolVersion: "test",
    paths: { from: [{ kind: "subject", subject }] },
  });
  expect(paths!.top.map(({ target }) => target)).toContain("the cluster");
});

const crowd = 316;
/** Every account may have a token of every other: a hundred thousand steps; all are ways in, and all are targets. */
function dense(): readonly Resource[] {
  const names = Array.from({ length: crowd }, (_, at) => `a${at}`);
  const own = names.flatMap((name) => [
    pod(
      "evil",
      name,
      { labels: { app: name, "plimsoll.dev/crown-jewel": "yes" } },
      { serviceAccountName: name },
    ),
    make(
      "v1",
      "Service",
      { namespace: "evil", name },
      { spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ port: 80 }] } },
    ),
    make(
      rbac,
      "RoleBinding",
      { namespace: "evil", name },
      {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "tokens" },
        subjects: [{ kind: "ServiceAccount", namespace: "evil", name }],
      },
    ),
  ]);
  const rules = [
    { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"], resourceNames: names },
    { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"], resourceNames: names },
    { apiGroups: [""], resources: ["pods"], verbs: ["get"], resourceNames: names },
  ];
  return [...own, make(rbac, "Role", { namespace: "evil", name: "tokens" }, { rules })];
}

test("case 38: a hundred thousand steps by one tenant are searched within a budget, and what is left out is told", () => {
  const inventory = inventoryOf(dense());
  const { judged } = evaluate(inventory, library.controls);
  const { edits, membersOf } = editsFor(judged, fixesFor(judged));
  const graph = attackGraph(inventory, edges);
  expect(graph.steps.length).toBeGreaterThan(100_000);
  const given = { inventory, edges, edits, membersOf };
  const { paths: early } = attackOn(graph, { ...given, work: 50_000 })!;
  expect(early.partial).toBe(true);
  expect(early.smallestCut.partial).toBe(true);
  expect(early.cut + early.uncutCount).toBeLessThanOrEqual(early.pairs);
  const { paths: whole } = attackOn(graph, given)!;
  expect([whole.pairs, whole.cut + whole.uncutCount, whole.smallestCut.partial]).toEqual([
    99_540,
    99_540,
    true,
  ]);
  expect(whole.top.length).toBeLessThanOrEqual(20);
  expect(whole.uncut.length).toBeLessThanOrEqual(50);
}, 60_000);

const owner = (kind: string, name: string, uid = name): Fields => ({
  apiVersion: kind === "Pod" ? "v1" : "apps/v1",
  kind,
  name,
  uid,
  controller: true,
});
const privileged = { containers: [{ name: "a", image: "b", securityContext: { privileged: true } }] };
const owned = (name: string, by: Fields): Resource =>
  pod("evil", name, { uid: name, ownerReferences: [by] }, privileged);
const set = (name: string, by: Fields): Resource =>
  make(
    "apps/v1",
    "ReplicaSet",
    { namespace: "evil", name, uid: name, ownerReferences: [by] },
    { spec: { selector: {}, template: { spec: privileged } } },
  );

test.each([
  ["of itself", [owned("one", owner("Pod", "one"))], ["Pod evil/one"]],
  [
    "of each other",
    [owned("one", owner("ReplicaSet", "two")), set("two", owner("Pod", "one"))],
    ["Pod evil/one", "ReplicaSet evil/two"],
  ],
  [
    "in a circle above it",
    [
      owned("one", owner("ReplicaSet", "two")),
      set("two", owner("ReplicaSet", "three")),
      set("three", owner("ReplicaSet", "two")),
    ],
    ["Pod evil/one", "ReplicaSet evil/two", "ReplicaSet evil/three"],
  ],
])("case 39: an owner %s: told, and judged by itself", (_, resources, names) => {
  const report = scan(exampleSnapshot(resources), library, { toolVersion: "test" });
  expect(report.gaps.map(({ message }) => message.split(":")[0]).sort()).toEqual([...names].sort());
  const found = report.results.filter(
    ({ control, result }) => control === "privileged-container" && result === "fail",
  );
  expect(found.length).toBe(names.length);
});

test("case 39: an owner of another namespace is none", () => {
  const deployment = make(
    "apps/v1",
    "Deployment",
    { namespace: "bank", name: "web", uid: "web" },
    { spec: { selector: {}, template: { spec: { containers: [{ name: "a", image: "b" }] } } } },
  );
  const report = scan(exampleSnapshot([deployment, owned("one", owner("Deployment", "web"))]), library, {
    toolVersion: "test",
  });
  const found = report.results.filter(
    ({ control, result, resource }) =>
      control === "privileged-container" && result === "fail" && resource.name === "one",
  );
  expect(found.length).toBe(1);
});
