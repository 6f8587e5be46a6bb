/** Times the network engine on a made-up cluster: `node bench/network.ts [pods] [policies]`. */
import { createInventory, type Resource, type Snapshot } from "@plimsoll/core";
import { connectivity } from "../packages/core/src/inventory/network/engine.ts";
import type { Connectivity } from "../packages/core/src/inventory/network/connectivity.ts";
import { random } from "./generate.ts";

const [pods = 10_000, policies = 1_000] = process.argv.slice(2).map(Number);
const next = random(7);
const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
const tiers = ["web", "api", "worker", "db"];
const namespaces = Math.max(1, Math.round(pods / 100));
const apps = 20;

function meta(name: string, namespace: string, labels: { [key: string]: string } = {}): Resource["metadata"] {
  return { name, namespace, labels };
}

function* cluster(): Generator<Resource> {
  for (let index = 0; index < 50; index += 1)
    yield {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: `node-${index}` },
      status: { addresses: [{ type: "InternalIP", address: `192.168.0.${index + 1}` }] },
    };
  for (let index = 0; index < namespaces; index += 1)
    yield {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: `ns-${index}`,
        labels: { team: `team-${index % 17}`, env: index % 3 === 0 ? "prod" : "dev" },
      },
    };
  for (let index = 0; index < pods; index += 1) yield pod(index);
  for (let index = 0; index < policies; index += 1) yield policy(index);
  yield* adminPolicies();
}

function pod(index: number): Resource {
  const namespace = index % namespaces;
  const app = Math.floor(index / namespaces) % apps;
  const node = Math.floor(next() * 50);
  const host = app === 0 && index < namespaces * 2;
  const ip = host
    ? `192.168.0.${node + 1}`
    : `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(`app-${app}-${index}`, `ns-${namespace}`, {
      app: `app-${app}`,
      tier: tiers[app % 4]!,
      "pod-template-hash": `h${app}`,
      "statefulset.kubernetes.io/pod-name": `app-${app}-${index}`,
    }),
    spec: {
      nodeName: `node-${node}`,
      ...(host ? { hostNetwork: true } : {}),
      containers: [{ name: "app", image: "a", ports: [{ name: "http", containerPort: 8000 + (app % 5) }] }],
    },
    status: { phase: "Running", podIPs: [{ ip }] },
  };
}

/** A denial for each namespace, then what apps allow: within the namespace, from others, DNS, blocks, named ports. */
function policy(index: number): Resource {
  const namespace = `ns-${index % namespaces}`;
  const round = Math.floor(index / namespaces);
  const spec =
    round === 0
      ? { podSelector: {}, policyTypes: ["Ingress", "Egress"] }
      : round === 1
        ? { podSelector: {}, policyTypes: ["Egress"], egress: [dns, { to: [{ podSelector: {} }] }] }
        : appPolicy(`app-${index % apps}`);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: meta(`p-${index}`, namespace),
    spec,
  };
}

const dns = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ns-0" } } }],
  ports: [{ protocol: "UDP", port: 53 }, { port: 53 }],
};

function appPolicy(app: string): Resource["metadata"] {
  const peers = [
    { podSelector: { matchLabels: { app: `app-${Math.floor(next() * apps)}` } } },
    {
      namespaceSelector: { matchLabels: { team: `team-${Math.floor(next() * 17)}` } },
      podSelector: { matchLabels: { tier: pick(tiers) } },
    },
    { namespaceSelector: { matchExpressions: [{ key: "env", operator: "In", values: ["prod"] }] } },
    { ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", `10.${Math.floor(next() * 3)}.0.0/16`] } },
  ];
  return {
    podSelector: { matchLabels: { app } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [pick(peers), pick(peers)], ports: [{ port: "http" }] },
      { from: [pick(peers)], ports: [{ port: 8000, endPort: 8000 + Math.floor(next() * 9) }] },
    ],
    egress: [{ to: [pick(peers), pick(peers)] }],
  } as unknown as Resource["metadata"];
}

function* adminPolicies(): Generator<Resource> {
  for (let priority = 0; priority < 5; priority += 1)
    yield {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: `admin-${priority}` },
      spec: {
        tier: "Admin",
        priority,
        subject: { namespaces: { matchLabels: { env: "prod" } } },
        ingress: [
          { action: "Pass", from: [{ namespaces: { matchLabels: { env: "prod" } } }] },
          { action: "Deny", from: [{ namespaces: { matchLabels: { team: `team-${priority}` } } }] },
        ],
      },
    };
}

function snapshotOf(resources: readonly Resource[]): Snapshot {
  return {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-01T00:00:00Z",
      server: { kind: "cluster", name: "bench" },
    },
    resources: resources.map((resource) => ({ resource, source: { file: "bench" } })),
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: ["*"],
  };
}

function timed<T>(what: string, run: () => T): T {
  const wall = performance.now();
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  const times = [(performance.now() - wall).toFixed(0), ((user + system) / 1000).toFixed(0)];
  console.log(`${what.padEnd(46)} ${times[0]!.padStart(7)} ms wall ${times[1]!.padStart(7)} ms CPU`);
  return result;
}

function summary(graph: Connectivity): { pairs: number; open: number; unknown: number } {
  let [pairs, open, unknown] = [0, 0, 0];
  for (const from of graph.classes)
    for (const to of graph.classes) {
      const ports = graph.between(from, to);
      pairs += 1;
      if (ports.some(({ verdict }) => verdict === "allowed")) open += 1;
      else if (ports.length > 0) unknown += 1;
    }
  return { pairs, open, unknown };
}

const inventory = createInventory(snapshotOf([...cluster()]));
timed("inventory: workloads joined", () => inventory.workloads.length);
const graph = timed("policies read, pods and addresses indexed", () => connectivity(inventory));
timed("pods grouped into classes", () => graph.classes.length);
const found = timed("class × class summary", () => summary(graph));
console.log({ pods, policies, classes: graph.classes.length, ...found });
timed("all of it again, as after one changed policy", () => summary(connectivity(inventory)));
const workloads = inventory.workloads;
timed("10,000 single verdicts with reasons", () => {
  for (let index = 0; index < 10_000; index += 1)
    graph.verdict(
      { kind: "pod", workload: pick(workloads) },
      { kind: "pod", workload: pick(workloads) },
      { port: 8000 },
    );
});
timed("1,000 exposures: what of the internet is admitted", () => {
  for (let index = 0; index < 1_000; index += 1) graph.admitsFromOutside(pick(workloads), { port: 8000 });
});
timed("reachableFrom of 100 pods", () =>
  Array.from(
    { length: 100 },
    () => [...graph.reachableFrom({ kind: "pod", workload: pick(workloads) })].length,
  ),
);
timed(
  "reachableFrom of an address",
  () => [...graph.reachableFrom({ kind: "address", ip: "203.0.113.7" })].length,
);
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
