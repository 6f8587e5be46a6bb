/** Who can reach a workload over the network: what leads there, as far as it was read, past the effective network policies. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { refKey, refOf, type ResourceRef } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import { admissions, declaredPorts, type Arrival } from "./admitted.ts";
import type { Exposure, ExposureWay, Inventory } from "./inventory.ts";
import { narrowBalancer } from "./load-balancer.ts";
import type { Port, Verdict } from "./network/connectivity.ts";
import { objectsOf, routesOf } from "./routes.ts";
import { matchesMap } from "./selector.ts";

type Level = Exposure["level"];
const order: readonly Level[] = ["internet", "external", "cluster", "none"];

/** The kinds an exposure is read from; where one of the first two was not read, "nothing seen" is `unknown`. */
export const exposureKinds: readonly string[] = [
  "v1/Service",
  "networking.k8s.io/v1/Ingress",
  "gateway.networking.k8s.io/v1/HTTPRoute",
  "apiregistration.k8s.io/v1/APIService",
];

interface Reason {
  readonly level: Level;
  readonly text: string;
  /** For what is open inside the cluster only, none. */
  readonly way?: ExposureWay;
  readonly arrival: Arrival;
  /** The ports of the pod that it leads to; empty: any. */
  readonly ports: readonly Port[];
}

interface ServiceFacts {
  /** Their order. */
  readonly at: number;
  readonly selector: Json | undefined;
  readonly reasons: readonly Reason[];
}

/**
 * Whether it was seen, completely, that nothing listens at any of these ports of a workload's pods (empty: at any): what was
 * watched, in words. What leads there then leads nowhere.
 */
export type Silent = (workload: Workload, ports: readonly Port[]) => string | undefined;

/** Builds the look-up once for an inventory: namespace → its services, each with what makes it reachable. */
export function exposures(inventory: Inventory, silent?: Silent): (workload: Workload) => Exposure {
  const services = servicesOf(inventory);
  // Neither keeps a pod that is gone: what this look-up is made of may hold for as long as the service runs.
  const found = new WeakMap<Workload, readonly Reason[]>();
  const reasonsOf = (workload: Workload): readonly Reason[] => {
    let reasons = found.get(workload);
    if (reasons === undefined) {
      reasons = [...hostReasons(workload), ...services(workload).flatMap((service) => service.reasons)];
      found.set(workload, reasons);
    }
    return reasons;
  };
  const isPublic = (workload: Workload): boolean =>
    reasonsOf(workload).some(({ level, arrival }) => arrival === "direct" && isOutside(level));
  const admits = admissions(inventory, isPublic);
  const known = new WeakMap<Workload, Exposure>();
  const exposureOf = (workload: Workload): Exposure => {
    const weighed = reasonsOf(workload).map((reason) => {
      if (reason.arrival === "server")
        return aggregated(reason, admits(workload, "server", portsOf(reason, workload)));
      if (!isOutside(reason.level)) return { ...reason, verdict: "allowed" as const };
      const verdict = admits(workload, reason.arrival, portsOf(reason, workload));
      const watched = silent?.(workload, reason.ports);
      if (watched !== undefined) {
        const nowhere = `${reason.text}, where nothing was seen listening ${watched}`;
        return { ...reason, level: "cluster" as const, text: nowhere, verdict };
      }
      if (verdict !== "denied") return { ...reason, verdict };
      const text = `${reason.text}, but no network policy lets it in`;
      return { ...reason, level: "cluster" as const, text, verdict };
    });
    return exposureFrom(weighed, inventory, workload.ref.namespace);
  };
  return (workload) => {
    let exposure = known.get(workload);
    if (exposure === undefined) known.set(workload, (exposure = exposureOf(workload)));
    return exposure;
  };
}

function isOutside(level: Level): boolean {
  return level === "internet" || level === "external";
}

/** What the API server hands on, whom it asks first: nothing where the network policies keep it out. */
function aggregated(reason: Reason, verdict: Verdict): Weighed {
  if (verdict === "allowed") return { ...reason, verdict };
  if (verdict === "denied")
    return { ...reason, level: "none", text: `${reason.text}, but no network policy lets it in`, verdict };
  return { ...reason, text: `${reason.text}; whether the network policies let it in is not known`, verdict };
}

/** A reason that names no port may lead to any; where none is declared, one stands for all. */
function portsOf({ ports }: Reason, workload: Workload): readonly Port[] {
  if (ports.length > 0) return ports;
  const declared = declaredPorts(workload);
  return declared.length > 0 ? declared : [{ port: 8080 }];
}

/** The services that select a workload, in their order: they are looked up by one of the labels that they ask for. */
function servicesOf(inventory: Inventory): (workload: Workload) => readonly ServiceFacts[] {
  const services = new Map<string, ServiceFacts[]>();
  const routes = routesOf(inventory);
  let at = 0;
  for (const { resource } of inventory.ofKind("v1/Service")) {
    const { namespace, name } = refOf(resource);
    const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
    const ports = targetPorts(spec);
    const key = `${namespace}/${name}`;
    const found = serviceReasons(resource.metadata.annotations ?? {}, spec, refOf(resource));
    const own = [...found].map((reason): Reason => ({
      ...reason,
      arrival: "direct",
      ports,
    }));
    const routed = (routes.get(key) ?? []).map((route): Reason => ({
      ...route,
      way: { resource: route.resource, by: "route", service: name },
      arrival: route.level === "cluster" ? "server" : "routed",
      ports,
    }));
    const { selector } = spec;
    const [label] = isJsonObject(selector) ? Object.entries(selector) : [];
    if (label === undefined) continue;
    const place = placeOf(namespace, label[0], label[1]!);
    const facts: ServiceFacts = { at: (at += 1), selector, reasons: [...own, ...routed] };
    const list = services.get(place);
    if (list === undefined) services.set(place, [facts]);
    else list.push(facts);
  }
  return ({ ref, pod }) => {
    const labels = pod.metadata.labels ?? {};
    const own = Object.entries(labels).flatMap(
      ([key, value]) => services.get(placeOf(ref.namespace, key, value)) ?? [],
    );
    return own.filter(({ selector }) => matchesMap(selector, labels)).sort((a, b) => a.at - b.at);
  };
}

function placeOf(namespace: string, key: string, value: Json): string {
  return `${namespace}/${key}=${String(value)}`;
}

function targetPorts(spec: JsonObject): readonly Port[] {
  return objectsOf(spec["ports"]).flatMap((entry): readonly Port[] => {
    const port = entry["targetPort"] ?? entry["port"];
    if (typeof port !== "number" && typeof port !== "string") return [];
    const { protocol } = entry;
    return [protocol === "UDP" || protocol === "SCTP" ? { port, protocol } : { port }];
  });
}

interface Weighed extends Reason {
  readonly verdict: Verdict;
}

function exposureFrom(reasons: readonly Weighed[], inventory: Inventory, namespace: string): Exposure {
  const sorted = [...reasons].sort(
    (a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (a.text < b.text ? -1 : 1),
  );
  const because = [...new Set(sorted.map((reason) => reason.text))];
  const level = sorted[0]?.level;
  if (level !== undefined && isOutside(level)) {
    const isSure = sorted.some((reason) => reason.level === level && reason.verdict === "allowed");
    const unsure = isSure ? [] : ["whether the network policies let it in is not known"];
    return { level, because, unsure, ways: waysOf(sorted), ports: portsAt(level, sorted) };
  }
  const unread = exposureKinds.slice(0, 2).filter((kind) => !inventory.covers(kind, namespace));
  if (unread.length > 0 || inventory.server.kind === "files")
    return { level: "unknown", because, unsure: ["whether it is exposed was not read"], ways: [], ports: [] };
  return { level: level ?? "none", because, unsure: [], ways: [], ports: [] };
}

/** One that names no port may lead to any. */
function portsAt(level: Level, reasons: readonly Weighed[]): readonly Port[] {
  const own = reasons.filter((reason) => reason.level === level);
  return own.some(({ ports }) => ports.length === 0) ? [] : own.flatMap(({ ports }) => ports);
}

function waysOf(reasons: readonly Weighed[]): readonly ExposureWay[] {
  const found = new Map<string, ExposureWay>();
  for (const { level, way } of reasons)
    if (way !== undefined && isOutside(level))
      found.set(`${way.by} ${refKey(way.resource)} ${way.container ?? way.service ?? ""}`, way);
  return [...found.values()];
}

type Own = Pick<Reason, "level" | "text" | "way">;

function* serviceReasons(
  annotations: { readonly [key: string]: string },
  spec: JsonObject,
  resource: ResourceRef,
): Generator<Own> {
  const { type = "ClusterIP", externalIPs } = spec;
  const name = `${resource.namespace}/${resource.name}`;
  if (type === "LoadBalancer") {
    const narrow = narrowBalancer(annotations, spec);
    yield {
      level: narrow === undefined ? "internet" : "external",
      text: `Service ${name} (${narrow ?? type})`,
      way: { resource, by: "load-balancer" },
    };
  } else if (type === "NodePort") {
    yield {
      level: "external",
      text: `Service ${name} (NodePort)`,
      way: { resource, by: "node-port" },
    };
  } else if (type === "ClusterIP") {
    yield { level: "cluster", text: `Service ${name}` };
  }
  if (isJsonArray(externalIPs) && externalIPs.length > 0)
    yield {
      level: "external",
      text: `Service ${name} (externalIPs ${externalIPs.join(", ")})`,
      way: { resource, by: "external-ips" },
    };
}

function* hostReasons(workload: Workload): Generator<Reason> {
  if (workload.pod.spec["hostNetwork"] === true)
    yield {
      level: "external",
      text: "the node's network (hostNetwork)",
      way: { resource: workload.ref, by: "host-network" },
      arrival: "direct",
      ports: [],
    };
  for (const container of workload.containers) {
    for (const { hostPort, hostIP, containerPort, protocol } of objectsOf(container.raw["ports"])) {
      if (typeof hostPort !== "number" || hostPort === 0 || hostIP === "127.0.0.1" || hostIP === "::1")
        continue;
      const port = typeof containerPort === "number" ? containerPort : hostPort;
      const ports = [protocol === "UDP" || protocol === "SCTP" ? ({ port, protocol } as const) : { port }];
      const text = `host port ${hostPort} of container ${container.name}`;
      const way: ExposureWay = { resource: workload.ref, by: "host-port", container: container.name };
      yield { level: "external", text, way, arrival: "direct", ports };
    }
  }
}
