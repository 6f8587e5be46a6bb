/**
 * Connections between workloads as steps: from a workload to those that the effective network policies let it reach on
 * a port they declare. Pods that policies treat alike share their vertices, so that the steps stay few.
 */
import { connectivity } from "../inventory/network/engine.ts";
import type { Connectivity, PodClass, PortVerdict } from "../inventory/network/connectivity.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { isJsonArray, isJsonObject } from "../model/json.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Sighting } from "./edge.ts";
import { workloadVertex } from "./hosts.ts";
import type { Vertex } from "./vertex.ts";

/** Pairs of classes that are asked about at most; past it, connections are left out, and the graph says so. */
const mostPairs = 6_000_000;
const graphs = new WeakMap<Inventory, Connectivity>();

/** The network engine of an inventory; made once, then kept with it. */
export function connectivityOf(inventory: Inventory): Connectivity {
  let graph = graphs.get(inventory);
  if (graph === undefined) graphs.set(inventory, (graph = connectivity(inventory)));
  return graph;
}

/** Declared ports of a workload's containers; empty where it declares none. */
export function declaredPorts({
  containers,
}: Workload): readonly { port: number; protocol: "TCP" | "UDP" }[] {
  return containers.flatMap(({ raw }) => {
    const { ports } = raw;
    if (!isJsonArray(ports)) return [];
    return ports.filter(isJsonObject).flatMap((entry) => {
      const port = entry["containerPort"];
      return typeof port === "number"
        ? [{ port, protocol: entry["protocol"] === "UDP" ? ("UDP" as const) : ("TCP" as const) }]
        : [];
    });
  });
}

interface Class {
  readonly own: PodClass;
  readonly ports: readonly { port: number; protocol: "TCP" | "UDP" }[];
  readonly members: readonly Workload[];
}

/** Whether there are too many classes to ask about all pairs of them. */
export function tooManyClasses(inventory: Inventory): boolean {
  return connectivityOf(inventory).classes.length ** 2 > mostPairs;
}

/** The steps of connections: workload → sender, sender → class, class → workload. The platform's own are left out. */
export function* connections(inventory: Inventory): Generator<Sighting> {
  if (tooManyClasses(inventory)) return;
  const graph = connectivityOf(inventory);
  const classes = graph.classes.map((own): Class => {
    const members = own.members.filter(({ system }) => system === undefined);
    const ports = new Map(
      members.flatMap(declaredPorts).map((port) => [`${port.port}/${port.protocol}`, port]),
    );
    return { own, members, ports: [...ports.values()] };
  });
  const targets = classes.filter(({ ports }) => ports.length > 0);
  const senders = new Map<string, Vertex>();
  const reached = new Set<Class>();
  for (const from of classes) {
    if (from.members.length === 0) continue;
    const open = targets.flatMap((to) => openTo(graph, from, to));
    if (open.length === 0) continue;
    const row = open.map(({ to, sure }) => `${to.own.id}${sure ? "" : "?"}`).join();
    let sender = senders.get(row);
    if (sender === undefined) {
      senders.set(row, (sender = { kind: "network", side: "from", name: from.own.id }));
      for (const { to, sure } of open) {
        reached.add(to);
        yield crossing(sender, to, sure);
      }
    }
    for (const root of rootsOf(from.members)) yield joint(workloadVertex(root), sender, root.root, []);
  }
  for (const to of reached) yield* arrivals(graph, to);
}

function openTo(graph: Connectivity, from: Class, to: Class): readonly { to: Class; sure: boolean }[] {
  if (from === to && from.own.members.length < 2) return [];
  const verdicts = graph.between(from.own, to.own);
  if (verdicts.length === 0) return [];
  const found = to.ports.flatMap((port) => verdicts.find((range) => covers(range, port)) ?? []);
  return found.length === 0 ? [] : [{ to, sure: found.some(({ verdict }) => verdict === "allowed") }];
}

function covers({ protocol, from, to }: PortVerdict, port: Class["ports"][number]): boolean {
  return protocol === port.protocol && from <= port.port && port.port <= to;
}

function vertexOf({ own }: Class): Vertex {
  return { kind: "network", side: "to", name: own.id };
}

function crossing(from: Vertex, to: Class, sure: boolean): Sighting {
  const unsure = [
    ...(sure ? [] : ["whether the network policies allow the connection is not known"]),
    "whether what listens there can be taken over is not seen",
  ];
  return {
    ...joint(from, vertexOf(to), to.own.members[0]!.ref, ["the network policies let it connect"]),
    unsure,
  };
}

/** Where nothing isolates the pods, denying by default breaks the arrival; else a policy lets it in on purpose. */
function* arrivals(graph: Connectivity, to: Class): Generator<Sighting> {
  const { isolated } = graph.isolated(to.own.members[0]!, "ingress");
  for (const workload of rootsOf(to.members)) {
    const { namespace } = workload.ref;
    const resource: ResourceRef = { apiVersion: "v1", kind: "Namespace", namespace: "", name: namespace };
    const conditions = [
      isolated === "no" ? "no policy isolates it for ingress" : "a policy that selects it lets it in",
    ];
    const step = joint(vertexOf(to), workloadVertex(workload), resource, conditions);
    yield isolated === "no"
      ? { ...step, brokenBy: ["default-deny-ingress", "namespace-network-policy"] }
      : step;
  }
}

function joint(from: Vertex, to: Vertex, resource: ResourceRef, conditions: readonly string[]): Sighting {
  return { from, to, resource, conditions, brokenBy: [] };
}

function rootsOf(members: readonly Workload[]): readonly Workload[] {
  return [...new Map(members.map((workload) => [refKey(workload.root), workload])).values()];
}
