/**
 * Connections between workloads as steps: from a workload to those that the effective network policies let it reach on
 * a port they declare. Pods that policies treat alike share their vertices, so that the steps stay few.
 */
import { declaredPorts, type DeclaredPort } from "../inventory/admitted.ts";
import { connectivityOf } from "../inventory/network/engine.ts";
import type { Connectivity, PodClass, PortVerdict } from "../inventory/network/connectivity.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Sighting } from "./edge.ts";
import { listeningVertex, someContainer } from "./containers.ts";
import type { Vertex } from "./vertex.ts";

/** Pairs of classes that are asked about at most; past it, connections are left out, and the graph says so. */
const mostPairs = 6_000_000;
interface Class {
  readonly own: PodClass;
  /** What connects to it arrives at. */
  readonly vertex: Vertex;
  /** In the list of classes with ports. */
  readonly number: number;
  readonly ports: readonly DeclaredPort[];
  readonly members: readonly Workload[];
  /** Equal verdicts are one object: what they say of the ports. */
  readonly known: Map<readonly PortVerdict[], Openness>;
}

type Openness = "open" | "unsure" | "shut";

/** Whether there are too many classes to ask about all pairs of them. */
export function tooManyClasses(inventory: Inventory): boolean {
  return connectivityOf(inventory).classes.length ** 2 > mostPairs;
}

/**
 * The steps of connections: workload → sender, sender → class, class → workload. The platform's own are left out. What
 * nothing isolates is open to almost everybody: a sender that reaches all of it takes one step there.
 */
export function* connections(inventory: Inventory): Generator<Sighting> {
  if (tooManyClasses(inventory)) return;
  const graph = connectivityOf(inventory);
  const classes = classesOf(graph);
  const targets = classes.filter(({ ports }) => ports.length > 0);
  const free = new Set(
    targets.filter(({ own }) => graph.isolated(own.members[0]!, "ingress").isolated === "no"),
  );
  const [firstFree] = free;
  const senders = new Map<string, Vertex>();
  const reached = new Set<Class>();
  let isFreeUsed = false;
  for (const from of classes) {
    if (from.members.length === 0) continue;
    const open = targets.flatMap((to) => openTo(graph, from, to));
    const sure = new Set(open.flatMap((each) => (each.sure ? [each.to] : [])));
    const all = free.size > 1 && [...free].every((to) => to === from || sure.has(to));
    const rest = all ? open.filter(({ to }) => !free.has(to)) : open;
    if (rest.length === 0 && !all) continue;
    isFreeUsed ||= all;
    const row = `${all ? "free " : ""}${rest.map(({ to, sure: own }) => `${to.number}${own ? "" : "?"}`).join()}`;
    let sender = senders.get(row);
    if (sender === undefined) {
      senders.set(row, (sender = { kind: "network", side: "from", name: from.own.id }));
      if (all) yield crossing(sender, freeVertex, firstFree!.own, true);
      for (const { to, sure: own } of rest) {
        reached.add(to);
        yield crossing(sender, to.vertex, to.own, own);
      }
    }
    for (const root of rootsOf(from.members))
      yield joint(someContainer(root.root, inventory), sender, root.root, nothing);
  }
  if (isFreeUsed)
    for (const to of free) {
      reached.add(to);
      yield joint(freeVertex, to.vertex, to.own.members[0]!.ref, nothing);
    }
  const namespaces = new Map<string, ResourceRef>();
  for (const to of reached) yield* arrivals(inventory, graph, to, namespaces);
}

const nothing: readonly string[] = [];

const freeVertex: Vertex = { kind: "network", side: "to", name: "" };

function classesOf(graph: Connectivity): readonly Class[] {
  return graph.classes.map((own, number): Class => {
    const members = own.members.filter(({ system }) => system === undefined);
    const ports = new Map(
      members.flatMap(declaredPorts).map((port) => [`${port.port}/${port.protocol}`, port]),
    );
    const vertex: Vertex = { kind: "network", side: "to", name: own.id };
    return { own, vertex, number, members, ports: [...ports.values()], known: new Map() };
  });
}

function openTo(graph: Connectivity, from: Class, to: Class): readonly { to: Class; sure: boolean }[] {
  if (from === to && from.own.members.length < 2) return [];
  const verdicts = graph.between(from.own, to.own);
  let openness = to.known.get(verdicts);
  if (openness === undefined) to.known.set(verdicts, (openness = opennessOf(verdicts, to)));
  return openness === "shut" ? [] : [{ to, sure: openness === "open" }];
}

function opennessOf(verdicts: readonly PortVerdict[], { ports }: Class): Openness {
  const found = ports.flatMap((port) => verdicts.find((range) => covers(range, port)) ?? []);
  if (found.length === 0) return "shut";
  return found.some(({ verdict }) => verdict === "allowed") ? "open" : "unsure";
}

function covers({ protocol, from, to }: PortVerdict, port: DeclaredPort): boolean {
  return protocol === port.protocol && from <= port.port && port.port <= to;
}

function crossing(from: Vertex, to: Vertex, { members }: PodClass, sure: boolean): Sighting {
  const resource = members[0]!.ref;
  return { from, to, resource, conditions: allowed, brokenBy: nothing, unsure: sure ? unseen : undecided };
}

const allowed = ["the network policies let it connect"] as const;
const unseen = ["whether what listens there can be taken over is not seen"] as const;
const undecided = ["whether the network policies allow the connection is not known", ...unseen] as const;
/** What breaks the arrival where nothing isolates the pods. */
const isolating = ["default-deny-ingress", "namespace-network-policy"] as const;
const unisolated = ["no policy isolates it for ingress"] as const;
const letIn = ["a policy that selects it lets it in"] as const;

/**
 * Where nothing isolates the pods, denying by default breaks the arrival; else a policy lets it in, and only those who
 * know who connects can say whether on purpose.
 */
function* arrivals(
  inventory: Inventory,
  graph: Connectivity,
  to: Class,
  namespaces: Map<string, ResourceRef>,
): Generator<Sighting> {
  const isOpen = graph.isolated(to.own.members[0]!, "ingress").isolated === "no";
  for (const workload of rootsOf(to.members)) {
    const { namespace: name } = workload.ref;
    let resource = namespaces.get(name);
    if (resource === undefined)
      namespaces.set(name, (resource = { apiVersion: "v1", kind: "Namespace", namespace: "", name }));
    yield {
      from: to.vertex,
      to: listeningVertex(workload, inventory),
      resource,
      conditions: isOpen ? unisolated : letIn,
      brokenBy: isOpen ? isolating : nothing,
      breaks: [{ changes: [{ resource: workload.root, kind: "narrow-ingress", what: "" }] }],
    };
  }
}

function joint(from: Vertex, to: Vertex, resource: ResourceRef, conditions: readonly string[]): Sighting {
  return { from, to, resource, conditions, brokenBy: nothing };
}

function rootsOf(members: readonly Workload[]): readonly Workload[] {
  if (members.length < 2) return members;
  return [...new Map(members.map((workload) => [refKey(workload.root), workload])).values()];
}
