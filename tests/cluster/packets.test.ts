/**
 * Real packets against the network engine: NetworkPolicies are applied, the node enforces what the brute-force oracle
 * decides, and every connection between the ends of the test world is really made. The engine, the oracle and the
 * packet must say the same of each; where the engine says unknown it must say why.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connectivity,
  connectivityKinds,
  createInventory,
  workloadKinds,
  type Inventory,
  type Resource,
} from "@plimsoll/core";
import { readCluster } from "@plimsoll/cluster";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterOf, type Cluster } from "../network-oracle/cluster.ts";
import { collectionOf, kubeconfigOf, openApi, until } from "./api.ts";
import { compare, tallyOf, type Probe } from "./packets/compare.ts";
import { endsOf, ports } from "./packets/ends.ts";
import { answerAll, program, rulingsOf, unprogram } from "./packets/firewall.ts";
import { openProber, type Prober } from "./packets/prober.ts";
import { randomSets } from "./packets/random.ts";
import { probeAll, probeServices, serviceTargets } from "./packets/rounds.ts";
import { handmadeSets, type Addresses, type PolicySet } from "./packets/sets.ts";

const api = openApi(kubeconfigOf("admin"));
const folder = mkdtempSync(join(tmpdir(), "plimsoll-packets-"));
const world = loadAll(readFileSync(join(import.meta.dirname, "packets/world.yaml"), "utf8")) as Resource[];
const kinds = [...workloadKinds, "v1/Namespace", "v1/Node", "v1/Service", ...connectivityKinds];
const seed = Number(process.env["PACKETS_SEED"] ?? 6);
const all: Probe[] = [];
/** What the machine lacks is said beside the counts. */
const notSent: string[] = [];
let prober: Prober;
let answerFewer: () => void;
let addresses: Addresses;

beforeAll(async () => {
  expect(
    readFileSync("/proc/sys/net/bridge/bridge-nf-call-iptables", "utf8").trim(),
    "bridged packets are filtered",
  ).toBe("1");
  for (const resource of world) {
    const { status, body } = await api.send("POST", collectionOf(resource), resource);
    expect([201, 409], body.message).toContain(status);
  }
  await until(
    "the pods run",
    async () => {
      const pods = await list("/api/v1/pods");
      const own = pods.filter(({ metadata }) => metadata.namespace?.startsWith("packets-"));
      return own.length >= 10 && own.every((pod) => isReady(pod));
    },
    90,
  );
  const { pods } = clusterOf(await list("/api/v1/pods", "Pod"));
  const sctp = /^SCTP /m.test(readFileSync("/proc/net/protocols", "utf8"));
  notSent.push(`SCTP: ${sctp ? "the probe does not speak it" : "not in this kernel"}`);
  const v6 = pods.some(({ status }) => status.podIPs.some(({ ip }: { ip: string }) => ip.includes(":")));
  notSent.push(
    `IPv6: ${v6 ? "the probe does not speak it" : "the cluster's pods have IPv4 addresses alone"}`,
  );
  answerFewer = answerAll();
  prober = await openProber(folder);
  addresses = Object.fromEntries(
    pods
      .filter(({ metadata, spec }) => metadata.namespace.startsWith("packets-") && spec.hostNetwork !== true)
      .map(({ metadata, status }) => [`${metadata.namespace.slice(8)}/${metadata.name}`, status.podIP]),
  );
  const targets = [
    ...Object.values(addresses).flatMap((address) =>
      ports.map(([protocol, port]) => ({ address, protocol, port })),
    ),
    ...serviceTargets(await inventoryNow()),
  ];
  await until(
    "the pods listen, and the Services lead to them",
    async () => (await prober.connect({ kind: "node" }, targets)).every(({ kind }) => kind === "open"),
    60,
  );
}, 240_000);

afterAll(async () => {
  prober?.close();
  answerFewer?.();
  await unprogram();
  for (const name of ["north", "south", "east"])
    await api.send("DELETE", `/api/v1/namespaces/packets-${name}`);
  await api.close();
  rmSync(folder, { recursive: true });
  const tally = tallyOf(all);
  console.log(`packets: ${notSent.join("; ")}; ${JSON.stringify(tally, undefined, 1)}`);
});

async function list(path: string, kind?: string): Promise<readonly Resource[]> {
  const { body } = await api.send("GET", path);
  return (body.items ?? []).map((item) => (kind === undefined ? item : { ...item, kind }));
}

function isReady(pod: Resource): boolean {
  const status = pod["status"] as { readonly containerStatuses?: readonly { readonly ready: boolean }[] };
  return status.containerStatuses?.every(({ ready }) => ready) === true;
}

/** The cluster as the oracle sees it: what the API server lists, read without the product. */
async function oracleCluster(): Promise<Cluster> {
  const policies = await list("/apis/networking.k8s.io/v1/networkpolicies");
  return clusterOf([
    ...(await list("/api/v1/namespaces", "Namespace")),
    ...(await list("/api/v1/pods", "Pod")),
    ...(await list("/api/v1/nodes", "Node")),
    ...policies.map((one) => ({ ...one, kind: "NetworkPolicy", apiVersion: "networking.k8s.io/v1" })),
  ]);
}

async function inventoryNow(): Promise<Inventory> {
  const snapshot = await readCluster({
    kubeconfig: kubeconfigOf("admin"),
    kinds,
    takenAt: new Date().toISOString(),
  });
  expect(snapshot.gaps).toEqual([]);
  return createInventory(snapshot);
}

/** Applies a set, probes all, and takes it away. */
async function proven(set: PolicySet): Promise<readonly string[]> {
  for (const policy of set.policies) {
    const { status, body } = await api.send("POST", collectionOf(policy), policy);
    expect([status, body.message ?? ""]).toEqual([201, ""]);
  }
  try {
    const [cluster, inventory] = [await oracleCluster(), await inventoryNow()];
    const graph = connectivity(inventory);
    const ends = endsOf(inventory, cluster);
    const rulings = rulingsOf(ends, cluster);
    await program(rulings);
    const probes = [
      ...(await probeAll(prober, graph, rulings)),
      ...(await probeServices(prober, graph, ends, inventory)),
    ];
    all.push(...probes);
    return probes.flatMap(compare);
  } finally {
    for (const policy of set.policies)
      await api.send("DELETE", `${collectionOf(policy)}/${policy.metadata.name}`);
  }
}

const handmade = handmadeSets({}).map(({ name }, at) => [name, at] as const);

test.each(handmade)("%s", async (_, at) => {
  expect(await proven(handmadeSets(addresses)[at]!)).toEqual([]);
});

const randoms = 15;
test.each(Array.from({ length: randoms }, (_, at) => at))(`random policies, seed ${seed}: %i`, async (at) => {
  expect(await proven(randomSets(seed, randoms, addresses)[at]!)).toEqual([]);
});

test("the sets told something: packets got through, were refused at both ends, and some were left open", () => {
  const tally = tallyOf(all);
  expect(tally.probes).toBeGreaterThan(10_000);
  for (const count of [tally.allowed, tally.deniedLeaving, tally.deniedArriving])
    expect(count).toBeGreaterThan(1000);
});

test("plimsoll reach says of the live cluster what the packet says", async () => {
  const set = handmadeSets(addresses).find(({ name }) => name.startsWith("the source must be let out"))!;
  for (const policy of set.policies) await api.send("POST", collectionOf(policy), policy);
  const cluster = await oracleCluster();
  const ends = endsOf(await inventoryNow(), cluster);
  await program(rulingsOf(ends, cluster));
  const runner = { kind: "pod", namespace: "packets-north", name: "web" } as const;
  const asked = [
    ["south/db", 7500],
    ["south/db", 7443],
    ["south/web", 7500],
  ] as const;
  const said: string[] = [];
  for (const [to, port] of asked) {
    const address = addresses[to]!;
    const [packet] = await prober.connect(runner, [{ address, protocol: "TCP", port }]);
    said.push(`${await reach("packets-north/web", `packets-${to}`, String(port))} ${packet!.kind}`);
  }
  for (const policy of set.policies)
    await api.send("DELETE", `${collectionOf(policy)}/${policy.metadata.name}`);
  expect(said).toEqual(["0 open", "1 arrived", "1 left"]);
});

function reach(...words: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["packages/cli/src/main.ts", "reach", ...words],
      { cwd: join(import.meta.dirname, "../..") },
      (error) => resolve(typeof error?.code === "number" ? error.code : 0),
    );
  });
}
