/** Whether what leads to a workload gets past the network policies: yes, no, or not known. */
import { isJsonArray, isJsonObject } from "../model/json.ts";
import type { Container, Workload } from "../model/workload.ts";
import type { Inventory } from "./inventory.ts";
import { isControlPlane } from "./control-plane.ts";
import type { Connectivity, PodClass, Port, PortVerdict, Verdict } from "./network/connectivity.ts";
import { connectivityOf } from "./network/engine.ts";

/** A port that a container declares. */
export interface DeclaredPort {
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
}

/** Declared ports of a workload's containers; empty where it declares none. */
export function declaredPorts({ containers }: Workload): readonly DeclaredPort[] {
  return containers.length === 1 ? portsOf(containers[0]!) : containers.flatMap(portsOf);
}

/** Those of one container. */
export function portsOf({ raw: { ports } }: Container): readonly DeclaredPort[] {
  if (!isJsonArray(ports)) return [];
  return ports.filter(isJsonObject).flatMap((entry) => {
    const port = entry["containerPort"];
    const protocol = entry["protocol"] === "UDP" || entry["protocol"] === "SCTP" ? entry["protocol"] : "TCP";
    return typeof port === "number" ? [{ port, protocol } as const] : [];
  });
}

/** Where a connection comes from: straight from outside, handed on by a proxy that runs somewhere, or by the API server. */
export type Arrival = "direct" | "routed" | "server";

const order: readonly Verdict[] = ["allowed", "unknown", "denied"];

/**
 * The best verdict over some ports. Pods that policies treat alike are asked about once. `isPublic`: whether a workload
 * can itself be reached from outside, as a proxy would be.
 */
export function admissions(
  inventory: Inventory,
  isPublic: (workload: Workload) => boolean,
): (workload: Workload, arrival: Arrival, ports: readonly Port[]) => Verdict {
  const known = new Map<PodClass, Map<string, Verdict>>();
  let doors: readonly PodClass[] | undefined;
  let servers: readonly string[] | undefined;
  const verdictAt = (graph: Connectivity, workload: Workload, arrival: Arrival, port: Port): Verdict => {
    if (arrival === "server") return fromServer(graph, workload, port, (servers ??= serverNodes(inventory)));
    const { verdict } = graph.admitsFromOutside(workload, port);
    if (arrival === "direct" || verdict === "allowed") return verdict;
    doors ??= graph.classes.filter(({ members }) => members.some(isPublic));
    return throughPods(graph, workload, port, doors);
  };
  return (workload, arrival, ports) => {
    const graph = connectivityOf(inventory);
    const [own, ...others] = graph.classesOf(workload);
    const shared = others.length === 0 && own !== undefined ? own : undefined;
    const verdicts = ports.map((port) => {
      if (shared === undefined || typeof port.port === "string")
        return verdictAt(graph, workload, arrival, port);
      let atPort = known.get(shared);
      if (atPort === undefined) known.set(shared, (atPort = new Map()));
      const key = `${arrival} ${port.protocol ?? "TCP"} ${port.port}`;
      let verdict = atPort.get(key);
      if (verdict === undefined) atPort.set(key, (verdict = verdictAt(graph, workload, arrival, port)));
      return verdict;
    });
    return order.find((verdict) => verdicts.includes(verdict)) ?? "unknown";
  };
}

/** Nodes that the control plane runs on, as their labels say; none where it is the provider's. */
function serverNodes(inventory: Inventory): readonly string[] {
  return inventory
    .ofKind("v1/Node")
    .filter(({ resource: { metadata } }) => isControlPlane(metadata.labels))
    .map(({ resource: { metadata } }) => metadata.name ?? "");
}

/** The API server speaks from the network of its node. Where that is not known, only who lets in all or nobody is told. */
function fromServer(
  graph: Connectivity,
  workload: Workload,
  port: Port,
  servers: readonly string[],
): Verdict {
  if (servers.length === 0) {
    const { verdict, anywhere } = graph.admitsFromOutside(workload, port);
    return verdict === "allowed" && !anywhere ? "unknown" : verdict;
  }
  const to = { kind: "pod", workload } as const;
  const verdicts = servers.map((name) => graph.verdict({ kind: "node", name }, to, port).verdict);
  return order.find((verdict) => verdicts.includes(verdict)) ?? "unknown";
}

/**
 * A proxy that hands traffic on may be any pod: one that is reached from outside is taken for it. Where only others may
 * connect it is not known whether one of them is; where nobody may, none does.
 */
function throughPods(
  graph: Connectivity,
  workload: Workload,
  { port, protocol = "TCP" }: Port,
  doors: readonly PodClass[],
): Verdict {
  if (typeof port === "string") return "unknown";
  const at = (from: PodClass): Verdict => {
    const verdicts = graph.classesOf(workload).map((to) => {
      return graph.between(from, to).find((range) => covers(range, port, protocol))?.verdict ?? "denied";
    });
    return order.find((verdict) => verdicts.includes(verdict)) ?? "denied";
  };
  const best = doors.map(at);
  if (best.includes("allowed")) return "allowed";
  return best.includes("unknown") || graph.classes.some((from) => at(from) !== "denied")
    ? "unknown"
    : "denied";
}

function covers(range: PortVerdict, port: number, protocol: string): boolean {
  return range.protocol === protocol && range.from <= port && port <= range.to;
}
