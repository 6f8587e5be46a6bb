import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterOf, type Cluster, type End } from "../../../../../tests/network-oracle/cluster.ts";
import { ask, commonFamilies, type Answer } from "../../../../../tests/network-oracle/oracle.ts";
import { exampleSnapshot } from "../../controls/example.ts";
import type { Resource } from "../../model/resource.ts";
import { createInventory } from "../build.ts";
import type { Connectivity, Peer, PodClass, PortVerdict, Verdict } from "./connectivity.ts";
import { connectivity } from "./engine.ts";
import {
  adminPolicy,
  baselinePolicy,
  ciliumPolicy,
  clusterPolicy,
  ground,
  networkPolicy,
  type Manifest,
} from "./fixtures/clusters.ts";
import { protocols, type Protocol } from "./port.ts";

const verdicts: { readonly [A in Answer]: Verdict } = { allow: "allowed", deny: "denied", either: "unknown" };
const numbers = [53, 80, 81, 443];
const runs = Number(process.env["NETWORK_RUNS"] ?? 200);

interface Case {
  readonly graph: Connectivity;
  readonly cluster: Cluster;
  /** The same ends, as the engine and as the oracle name them. */
  readonly ends: readonly (readonly [Peer, End])[];
}

function caseOf(resources: readonly Manifest[]): Case {
  const inventory = createInventory(exampleSnapshot(resources as unknown as readonly Resource[]));
  const cluster = clusterOf(resources);
  const pods = inventory.workloads.map((workload): readonly [Peer, End] => [
    { kind: "pod", workload },
    { pod: cluster.pods.find(({ metadata }) => metadata.name === workload.ref.name) },
  ]);
  const nodes = ["n1", "n2"].map((name) => [{ kind: "node", name }, { node: name }] as const);
  const addresses = ["10.0.0.99", "203.0.113.200", "2001:db8::1"].map(
    (ip) => [{ kind: "address", ip }, { ip }] as const,
  );
  return { graph: connectivity(inventory), cluster, ends: [...pods, ...nodes, ...addresses] };
}

function* attempts({ ends }: Case): Generator<readonly [readonly [Peer, End], readonly [Peer, End]]> {
  for (const from of ends)
    for (const to of ends) if (from[0].kind === "pod" || to[0].kind === "pod") yield [from, to];
}

/** Every attempt on which the engine and the oracle differ. */
function differences(made: Case): readonly string[] {
  const wrong: string[] = [];
  for (const [[from, fromEnd], [to, toEnd]] of attempts(made)) {
    if (commonFamilies(made.cluster, fromEnd, toEnd).length === 0) continue;
    for (const protocol of protocols) {
      for (const port of numbers) {
        const expected = verdicts[ask(made.cluster, fromEnd, toEnd, protocol, port).overall];
        const { verdict } = made.graph.verdict(from, to, { port, protocol });
        if (verdict !== expected)
          wrong.push(`${textOf(from)} → ${textOf(to)} ${protocol} ${port}: ${verdict}, not ${expected}`);
      }
    }
  }
  return wrong;
}

function textOf(peer: Peer): string {
  if (peer.kind === "pod") return `${peer.workload.ref.namespace}/${peer.workload.ref.name}`;
  return peer.kind === "node" ? `node ${peer.name}` : peer.ip;
}

/** Classes never contradict single verdicts, and say as much where a pod has one address and no host network. */
function classDifferences({ graph, ends }: Case): readonly string[] {
  const wrong: string[] = [];
  const pods = ends.map(([peer]) => peer).filter((peer) => peer.kind === "pod");
  for (const from of pods) {
    for (const to of pods) {
      if (from === to) continue;
      const [one] = graph.classesOf(from.workload);
      const [two] = graph.classesOf(to.workload);
      const all = graph.ports(from, to);
      const exact = [one, two].every((own) => !own!.hostNetwork) && [from, to].every(hasOneAddress);
      for (const protocol of protocols) {
        for (const port of numbers) {
          const single = graph.verdict(from, to, { port, protocol }).verdict;
          const found = classVerdict(graph, one!, two!, protocol, port);
          if (verdictIn(all, protocol, port) !== single) wrong.push(`${textOf(from)} → ${textOf(to)}: ports`);
          if (found !== single && (exact || found !== "unknown"))
            wrong.push(
              `${textOf(from)} → ${textOf(to)} ${protocol} ${port}: ${found} as classes, ${single} alone`,
            );
        }
      }
    }
  }
  return wrong;
}

/** What is listed as reachable, or as reaching, never contradicts single verdicts either. */
function reachDifferences({ graph, ends }: Case): readonly string[] {
  const pods = ends.map(([peer]) => peer).filter((peer) => peer.kind === "pod");
  return ends.flatMap(([peer]) => {
    const out = new Map([...graph.reachableFrom(peer)].map((reach) => [reach.class, reach.ports]));
    const back = new Map([...graph.reaching(peer)].map((reach) => [reach.class, reach.ports]));
    return pods.flatMap((other) => {
      if (other === peer) return [];
      const [own] = graph.classesOf(other.workload);
      return protocols.flatMap((protocol) =>
        numbers.flatMap((port) => {
          const pairs = [
            [
              verdictIn(out.get(own!), protocol, port),
              graph.verdict(peer, other, { port, protocol }).verdict,
            ],
            [
              verdictIn(back.get(own!), protocol, port),
              graph.verdict(other, peer, { port, protocol }).verdict,
            ],
          ] as const;
          return pairs.some(([listed, single]) => listed !== "unknown" && listed !== single)
            ? [`${textOf(peer)} ↔ ${textOf(other)} ${protocol} ${port}: ${pairs.join(" / ")}`]
            : [];
        }),
      );
    });
  });
}

function hasOneAddress(peer: Peer): boolean {
  if (peer.kind !== "pod") return false;
  const status = peer.workload.record.resource["status"] as { podIPs: readonly unknown[] };
  return status.podIPs.length === 1;
}

function classVerdict(
  graph: Connectivity,
  one: PodClass,
  two: PodClass,
  protocol: Protocol,
  port: number,
): Verdict {
  return verdictIn(graph.between(one, two), protocol, port);
}

function verdictIn(ports: readonly PortVerdict[] | undefined, protocol: Protocol, port: number): Verdict {
  const range = ports?.find((entry) => entry.protocol === protocol && entry.from <= port && port <= entry.to);
  return range?.verdict ?? "denied";
}

const classic = fc.array(networkPolicy, { maxLength: 4 });
const cases = {
  NetworkPolicy: classic,
  "AdminNetworkPolicy and BaselineAdminNetworkPolicy": fc
    .tuple(
      fc.array(networkPolicy, { maxLength: 1 }),
      fc.array(adminPolicy, { minLength: 1, maxLength: 4 }),
      fc.array(baselinePolicy, { maxLength: 1 }),
    )
    .map((lists) => lists.flat()),
  ClusterNetworkPolicy: fc
    .tuple(fc.array(networkPolicy, { maxLength: 1 }), fc.array(clusterPolicy, { minLength: 1, maxLength: 4 }))
    .map((lists) => lists.flat()),
  "policies of both API versions": fc
    .tuple(
      fc.array(networkPolicy, { maxLength: 1 }),
      fc.array(clusterPolicy, { maxLength: 2 }),
      fc.array(adminPolicy, { maxLength: 2 }),
    )
    .map((lists) => lists.flat()),
  Cilium: fc.array(ciliumPolicy, { minLength: 1, maxLength: 3 }),
};

test.each(Object.entries(cases))(
  "%s: the engine answers as the brute force does",
  (_kind, policies) => {
    fc.assert(
      fc.property(ground, policies, (resources, some) => {
        const made = caseOf([...resources, ...some]);
        expect(differences(made)).toEqual([]);
        expect(classDifferences(made)).toEqual([]);
        expect(reachDifferences(made)).toEqual([]);
      }),
      { numRuns: runs },
    );
  },
  runs * 1_000,
);
