import { expect, test } from "vitest";
import type { Resource } from "../../model/resource.ts";
import type { Verdict } from "./connectivity.ts";
import { base, block, fromWeb, onApi, onWeb } from "./fixtures/shop.ts";
import { deployment, fromFiles, make, namespace, pod, policy, world } from "./fixtures/world.ts";

const host = pod("kube-system/agent", {
  labels: { app: "web" },
  ips: ["192.168.0.2"],
  spec: { hostNetwork: true, nodeName: "n2" },
});
const hostHere = pod("kube-system/here", {
  ips: ["192.168.0.1"],
  spec: { hostNetwork: true, nodeName: "n1" },
});
const fromAnyWeb = { namespaceSelector: {}, ...fromWeb };

test.each([
  ["from one, isolated", [onApi({})], "kube-system/agent", "shop/api", "denied"],
  ["from one on the same node, isolated", [onApi({})], "kube-system/here", "shop/api", "unknown"],
  [
    "from one that a pod selector matches",
    [onApi({ ingress: [{ from: [fromAnyWeb] }] })],
    "kube-system/agent",
    "shop/api",
    "unknown",
  ],
  ["from one, everything admitted", [onApi({ ingress: [{}] })], "kube-system/agent", "shop/api", "allowed"],
  ["to one that a policy selects", [policy("kube-system/p", {})], "shop/web", "kube-system/agent", "unknown"],
  ["to one that no policy selects", [], "shop/web", "kube-system/agent", "allowed"],
  [
    "between two of one node",
    [policy("kube-system/p", {})],
    "kube-system/here",
    "kube-system/too",
    "allowed",
  ],
  [
    "between two of different nodes",
    [policy("kube-system/p", {})],
    "kube-system/here",
    "kube-system/agent",
    "unknown",
  ],
  [
    "to one, egress isolated",
    [onWeb({ policyTypes: ["Egress"] })],
    "shop/web",
    "kube-system/agent",
    "denied",
  ],
] as const)("host-network pods: %s", (_title, policies, from, to, verdict) => {
  const too = pod("kube-system/too", { ips: ["192.168.0.1"], spec: { hostNetwork: true, nodeName: "n1" } });
  expect(world([...base, namespace("kube-system"), host, hostHere, too, ...policies]).ask(from, to)).toBe(
    verdict,
  );
});

test("a connection may use either family of a pod that has both", () => {
  const both = pod("shop/both", { labels: { app: "both" }, ips: ["10.0.0.9", "fd00::9"] });
  const { ask } = world([
    ...base,
    both,
    onApi({ ingress: [{ from: [block("fd00::/64")] }] }),
    policy("shop/both", {
      podSelector: { matchLabels: { app: "both" } },
      ingress: [{ from: [block("2001:db8::/32")] }],
    }),
  ]);
  expect(ask("shop/both", "shop/api")).toBe("denied"); // the other end has IPv4 only
  expect(ask("2001:db8::1", "shop/both")).toBe("allowed");
  expect(ask("203.0.113.7", "shop/both")).toBe("denied");
});

test("pods without an address, and completed ones", () => {
  const { ask, graph } = world([
    ...base,
    pod("shop/waiting", { phase: "Pending" }),
    pod("shop/done", { phase: "Succeeded", ips: ["10.0.0.8"] }),
    onApi({ ingress: [{ from: [block("10.0.0.0/8")] }] }),
  ]);
  expect(ask("shop/waiting", "shop/api")).toBe("unknown");
  expect(ask("shop/done", "shop/api")).toBe("denied");
  expect(ask("shop/web", "shop/done")).toBe("denied");
  expect(graph.classes.flatMap(({ members }) => members.map(({ ref }) => ref.name)).sort()).toEqual([
    "api",
    "db",
    "waiting",
    "web",
  ]);
});

test("several containers: their names count together, and one name for two ports is a doubt", () => {
  const container = (name: string, ...ports: (readonly [string, number])[]) => ({
    name,
    image: "a",
    ports: ports.map(([port, containerPort]) => ({ name: port, containerPort })),
  });
  const two = pod("shop/two", {
    labels: { app: "two" },
    spec: {
      containers: [
        container("a", ["http", 80], ["admin", 9000]),
        container("b", ["metrics", 9090], ["admin", 9001]),
      ],
    },
  });
  const { ask } = world([
    ...base,
    two,
    policy("shop/two", {
      podSelector: { matchLabels: { app: "two" } },
      ingress: [{ ports: [{ port: "metrics" }, { port: "admin" }] }],
    }),
  ]);
  expect(["80", "9090", "9000", "9001"].map((port) => ask("shop/web", "shop/two", port))).toEqual([
    "denied",
    "allowed",
    "unknown",
    "unknown",
  ]);
});

test("templates stand for the pods they would make", () => {
  const files = [
    namespace("shop"),
    deployment("shop/web", { app: "web" }),
    deployment("shop/api", { app: "api" }),
    deployment("other/job", { app: "job" }),
  ];
  const ask = (policies: readonly Resource[], from: string, to: string): Verdict =>
    world([...files, ...policies], fromFiles).ask(from, to);
  expect(ask([onApi({ ingress: [{ from: [fromWeb] }] })], "shop/web", "shop/api")).toBe("allowed");
  expect(ask([onApi({})], "shop/api", "shop/api")).toBe("denied"); // two of its pods
  expect(ask([onApi({ ingress: [{ from: [block("10.0.0.0/8")] }] })], "shop/web", "shop/api")).toBe(
    "unknown",
  );
  const hashed = { matchLabels: { "pod-template-hash": "abc" } };
  expect(ask([policy("shop/p", { podSelector: hashed })], "shop/web", "shop/api")).toBe("unknown");
  // The labels of a namespace that no file has are not known; its name is.
  const team = { namespaceSelector: { matchLabels: { team: "x" } } };
  expect(ask([onApi({ ingress: [{ from: [team] }] })], "other/job", "shop/api")).toBe("unknown");
  const named = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } };
  expect(ask([onApi({ ingress: [{ from: [named] }] })], "other/job", "shop/api")).toBe("denied");
});

test("the pods of a workload stand for it, where they were read", () => {
  const owned = (name: string, more: object): Resource => {
    const made = pod(`shop/${name}`, more);
    const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "app", uid: "u", controller: true };
    return { ...made, metadata: { ...made.metadata, ownerReferences: [owner] } };
  };
  const ones = [
    owned("app-1", { labels: { app: "app" }, ips: ["10.0.1.1"] }),
    owned("app-2", { labels: { app: "app" }, ips: ["10.0.1.2"] }),
  ];
  const { ask, graph, workload } = world([
    ...base,
    deployment("shop/app", { app: "app" }),
    ...ones,
    onApi({ ingress: [{ from: [block("10.0.1.1/32")] }] }),
    policy("shop/app", { podSelector: { matchLabels: { app: "app" } } }),
  ]);
  expect([ask("shop/app-1", "shop/api"), ask("shop/app-2", "shop/api")]).toEqual(["allowed", "denied"]);
  expect(ask("shop/app", "shop/api")).toBe("unknown"); // its pods differ
  expect(ask("shop/web", "shop/app")).toBe("denied");
  expect(ask("shop/app", "shop/app")).toBe("denied"); // two of its pods
  expect(graph.classesOf(workload("shop/app"))).toHaveLength(2);
});

test("isolation of a pod", () => {
  const { graph, workload } = world([...base, onApi({})]);
  const isolated = (id: string, direction: "ingress" | "egress"): string =>
    graph.isolated(workload(id), direction).isolated;
  expect([
    isolated("shop/api", "ingress"),
    isolated("shop/api", "egress"),
    isolated("shop/web", "ingress"),
  ]).toEqual(["yes", "no", "no"]);
});

test("a verdict names the policies and rules that decide", () => {
  const { graph, peer } = world([
    ...base,
    onApi({ ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 1 }] }, { from: [fromWeb] }] }),
  ]);
  const { because } = graph.verdict(peer("shop/web"), peer("shop/api"), { port: 80 });
  expect(because.map(({ effect, policy: ref, rule, text }) => [effect, ref?.name, rule, text])).toEqual([
    ["allows", undefined, undefined, "no policy restricts egress of Pod shop/web"],
    ["allows", "p", 1, "NetworkPolicy shop/p allows ingress on TCP 80"],
  ]);
  expect(graph.verdict(peer("data/db"), peer("shop/api"), { port: 80 }).because).toMatchObject([
    { effect: "isolates", policy: { name: "p" } },
  ]);
});

test("a job that has ended has no class, one that may run has", () => {
  const job = make("batch/v1", "Job", "shop/once", {
    spec: { template: { spec: { containers: [{ name: "a", image: "a" }] } } },
  });
  const done = pod("shop/once-1", { phase: "Succeeded" });
  const owner = { apiVersion: "batch/v1", kind: "Job", name: "once", uid: "u", controller: true };
  const owned = { ...done, metadata: { ...done.metadata, ownerReferences: [owner] } };
  expect(world([job, owned]).graph.classes).toEqual([]);
  expect(world([job]).graph.classes).toHaveLength(1);
});
