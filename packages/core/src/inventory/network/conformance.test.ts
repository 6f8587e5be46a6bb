import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clusterOf, type Manifest } from "../../../../../tests/network-oracle/cluster.ts";
import { ask } from "../../../../../tests/network-oracle/oracle.ts";
import { exampleSnapshot } from "../../controls/example.ts";
import type { Json } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { createInventory } from "../build.ts";
import type { Peer, Side } from "./connectivity.ts";
import { connectivity } from "./engine.ts";
import type { Protocol } from "./port.ts";

interface Step {
  readonly case: string;
  readonly description: string;
  readonly namespaceLabels: { readonly [namespace: string]: { readonly [label: string]: string } };
  readonly pods: { readonly [id: string]: CyclonusPod };
  readonly policies: readonly Resource[];
  readonly probes: number;
  /** `TCP/80/serve-80-tcp` → `x/a>y/b:blocked:i=blocked:e=allowed`. */
  readonly notAllowed: { readonly [port: string]: readonly string[] };
}

interface CyclonusPod {
  readonly NS: string;
  readonly Name: string;
  readonly IP: string;
  readonly Labels: { readonly [label: string]: string };
}

const ports = [80, 81].flatMap((port) =>
  (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({
    port,
    protocol,
    name: `serve-${port}-${protocol.toLowerCase()}`,
  })),
);

const steps = readFileSync(`${import.meta.dirname}/fixtures/cyclonus.jsonl`, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Step);

function resourcesOf({ namespaceLabels, pods, policies }: Step): readonly Resource[] {
  const namespaces = Object.entries(namespaceLabels).map(([name, labels]) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  }));
  const made = Object.values(pods).map(({ NS, Name, IP, Labels }) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: NS, name: Name, labels: Labels },
    spec: { containers: ports.map(container) },
    status: { phase: "Running", podIP: IP, podIPs: [{ ip: IP }] },
  }));
  const kind = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
  return [
    ...namespaces,
    ...made,
    ...policies.map((policy) => ({ ...kind, ...policy })),
  ] as unknown as readonly Resource[];
}

function container({ port, protocol, name }: { port: number; protocol: Protocol; name: string }): Json {
  return { name, image: "agnhost", ports: [{ containerPort: port, protocol, name }] };
}

/** The sides that a truth table blocks on one port, by pair; all other pairs are allowed. */
function blocked({ notAllowed }: Step, key: string): ReadonlyMap<string, string> {
  return new Map(
    (notAllowed[key] ?? []).map((line) => {
      const [pair = "", , ingress, egress] = line.split(":");
      return [pair, `${ingress?.slice(2)} ${egress?.slice(2)}`];
    }),
  );
}

/** What is answered wrongly on one port, and how many probes were made. */
function compare(
  step: Step,
  { port, protocol, name }: (typeof ports)[number],
): { wrong: string[]; probes: number } {
  const inventory = createInventory(exampleSnapshot(resourcesOf(step)));
  const graph = connectivity(inventory);
  const pods = inventory.workloads.map((workload): Peer => ({ kind: "pod", workload }));
  const expected = blocked(step, `${protocol}/${port}/${name}`);
  const wrong: string[] = [];
  for (const from of pods) {
    for (const to of pods) {
      const pair = `${nameOf(from)}>${nameOf(to)}`;
      const found = graph.verdict(from, to, { port, protocol });
      const sides = `${side(found.ingress)} ${side(found.egress)}`;
      // The tables apply policies within a pod as well; nothing can refuse that, so that only the sides are compared.
      const overall = from === to || !expected.has(pair) ? "allowed" : "denied";
      const line = `${step.case} ${pair} ${protocol}/${port}: ${found.verdict} ${sides}`;
      if (sides !== (expected.get(pair) ?? "allowed allowed") || found.verdict !== overall) wrong.push(line);
      if (graph.verdict(from, to, { port: name, protocol }).verdict !== found.verdict)
        wrong.push(`${line} by name`);
    }
  }
  return { wrong, probes: pods.length ** 2 };
}

function nameOf(peer: Peer): string {
  return peer.kind === "pod" ? `${peer.workload.ref.namespace}/${peer.workload.ref.name}` : "";
}

function side({ verdict }: Side): string {
  return verdict === "denied" ? "blocked" : verdict;
}

/** The brute-force evaluator is held to the same tables: it is what other tests believe. */
function compareOracle(step: Step, { port, protocol, name }: (typeof ports)[number]): readonly string[] {
  const cluster = clusterOf(resourcesOf(step));
  const expected = blocked(step, `${protocol}/${port}/${name}`);
  const id = ({ metadata }: Manifest): string => `${metadata.namespace}/${metadata.name}`;
  return cluster.pods.flatMap((from) =>
    cluster.pods.flatMap((to) => {
      const { ingress, egress } = ask(cluster, { pod: from }, { pod: to }, protocol, port);
      const found = [ingress, egress]
        .map((answer) => (answer === "deny" ? "blocked" : `${answer}ed`))
        .join(" ");
      const pair = `${id(from)}>${id(to)}`;
      return found === (expected.get(pair) ?? "allowed allowed")
        ? []
        : [`${step.case} ${pair} ${protocol}/${port}: ${found}`];
    }),
  );
}

test.each(steps.map((step) => [step.case, step.description, step] as const))(
  "%s %s",
  (_case, _title, step) => {
    // Two steps probe one port only.
    const probed = step.probes === 81 ? ports.filter(({ name }) => name === "serve-81-tcp") : ports;
    const found = probed.map((port) => compare(step, port));
    expect(found.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(probed.flatMap((port) => compareOracle(step, port))).toEqual([]);
    expect(found.reduce((sum, { probes }) => sum + probes, 0)).toBe(step.probes);
  },
);
