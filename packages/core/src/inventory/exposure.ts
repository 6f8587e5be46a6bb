/** Who can reach a workload over the network, by the services, routes and host ports that were read. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { refOf, type ResourceRecord } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Exposure, Inventory } from "./inventory.ts";
import { matchesMap } from "./selector.ts";

type Level = Exposure["level"];
const order: readonly Level[] = ["internet", "external", "cluster", "none"];

/** The kinds an exposure is read from; where one of them was not read, "nothing seen" is `unknown`. */
export const exposureKinds: readonly string[] = [
  "v1/Service",
  "networking.k8s.io/v1/Ingress",
  "gateway.networking.k8s.io/v1/HTTPRoute",
];

/** Annotations by which clouds keep a load balancer inside their own network. */
const internalAnnotations: { readonly [key: string]: RegExp } = {
  "service.beta.kubernetes.io/aws-load-balancer-internal": /^(?!false$)/,
  "service.beta.kubernetes.io/aws-load-balancer-scheme": /^internal$/,
  "service.beta.kubernetes.io/azure-load-balancer-internal": /^true$/,
  "networking.gke.io/load-balancer-type": /^internal$/i,
  "cloud.google.com/load-balancer-type": /^internal$/i,
  "service.beta.kubernetes.io/oci-load-balancer-internal": /^true$/,
  "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": /^private$/,
};

interface Reason {
  readonly level: Level;
  readonly text: string;
}

/** Builds the look-up once for an inventory: namespace → its services, each with what makes it reachable. */
export function exposures(inventory: Inventory): (workload: Workload) => Exposure {
  const services = new Map<string, { selector: Json | undefined; reasons: readonly Reason[] }[]>();
  const routed = routedServices(inventory);
  for (const { resource } of inventory.ofKind("v1/Service")) {
    const { namespace, name } = refOf(resource);
    const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
    const reasons = [...serviceReasons(resource.metadata.annotations ?? {}, spec, `${namespace}/${name}`)];
    reasons.push(...(routed.get(`${namespace}/${name}`) ?? []));
    const list = services.get(namespace) ?? [];
    list.push({ selector: spec["selector"], reasons });
    services.set(namespace, list);
  }
  return (workload) => {
    const labels = workload.pod.metadata.labels ?? {};
    const reasons = [...hostReasons(workload)];
    for (const service of services.get(workload.ref.namespace) ?? []) {
      if (matchesMap(service.selector, labels)) reasons.push(...service.reasons);
    }
    return exposureFrom(reasons, inventory, workload.ref.namespace);
  };
}

function exposureFrom(reasons: readonly Reason[], inventory: Inventory, namespace: string): Exposure {
  const sorted = [...reasons].sort(
    (a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (a.text < b.text ? -1 : 1),
  );
  const because = [...new Set(sorted.map((reason) => reason.text))];
  const level = sorted[0]?.level;
  const blind = exposureKinds.slice(0, 2).some((kind) => !inventory.covers(kind, namespace));
  if (level === "internet" || level === "external") return { level, because };
  if (blind || inventory.server.kind === "files") return { level: "unknown", because };
  return { level: level ?? "none", because };
}

function* serviceReasons(
  annotations: { readonly [key: string]: string },
  spec: JsonObject,
  name: string,
): Generator<Reason> {
  const { type = "ClusterIP", externalIPs, loadBalancerSourceRanges } = spec;
  if (type === "LoadBalancer") {
    const internal = Object.entries(internalAnnotations).some(([key, pattern]) =>
      pattern.test(annotations[key] ?? "false"),
    );
    const limited =
      isJsonArray(loadBalancerSourceRanges) &&
      loadBalancerSourceRanges.length > 0 &&
      !loadBalancerSourceRanges.some(isEverywhere);
    if (internal) yield { level: "external", text: `Service ${name} (internal LoadBalancer)` };
    else if (limited)
      yield {
        level: "external",
        text: `Service ${name} (LoadBalancer limited to ${loadBalancerSourceRanges.join(", ")})`,
      };
    else yield { level: "internet", text: `Service ${name} (LoadBalancer)` };
  } else if (type === "NodePort") {
    yield { level: "external", text: `Service ${name} (NodePort)` };
  } else if (type === "ClusterIP") {
    yield { level: "cluster", text: `Service ${name}` };
  }
  if (isJsonArray(externalIPs) && externalIPs.length > 0)
    yield { level: "external", text: `Service ${name} (externalIPs ${externalIPs.join(", ")})` };
}

function isEverywhere(range: Json): boolean {
  return range === "0.0.0.0/0" || range === "::/0";
}

function* hostReasons(workload: Workload): Generator<Reason> {
  if (workload.pod.spec["hostNetwork"] === true)
    yield { level: "external", text: "the node's network (hostNetwork)" };
  for (const container of workload.containers) {
    const { ports } = container.raw;
    if (!isJsonArray(ports)) continue;
    for (const port of ports) {
      if (!isJsonObject(port) || typeof port["hostPort"] !== "number" || port["hostPort"] === 0) continue;
      if (port["hostIP"] === "127.0.0.1" || port["hostIP"] === "::1") continue;
      yield { level: "external", text: `host port ${port["hostPort"]} of container ${container.name}` };
    }
  }
}

/** `namespace/service` → the Ingresses and routes that lead to it. */
function routedServices(inventory: Inventory): Map<string, Reason[]> {
  const routed = new Map<string, Reason[]>();
  const add = (namespace: string, service: Json | undefined, text: string): void => {
    if (typeof service !== "string") return;
    const key = `${namespace}/${service}`;
    routed.set(key, [...(routed.get(key) ?? []), { level: "internet", text }]);
  };
  for (const record of inventory.ofKind("networking.k8s.io/v1/Ingress")) {
    const { namespace, name } = refOf(record.resource);
    for (const service of ingressServices(record)) add(namespace, service, `Ingress ${namespace}/${name}`);
  }
  for (const kind of ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"]) {
    for (const record of [
      ...inventory.ofKind(`gateway.networking.k8s.io/v1/${kind}`),
      ...inventory.ofKind(`gateway.networking.k8s.io/v1alpha2/${kind}`),
    ]) {
      const { namespace, name } = refOf(record.resource);
      for (const [target, service] of routeServices(record, namespace))
        add(target, service, `${kind} ${namespace}/${name}`);
    }
  }
  return routed;
}

function* ingressServices({ resource }: ResourceRecord): Generator<Json | undefined> {
  const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
  yield backendService(spec["defaultBackend"]);
  for (const rule of objectsOf(spec["rules"])) {
    const http = isJsonObject(rule["http"]) ? rule["http"] : {};
    for (const path of objectsOf(http["paths"])) yield backendService(path["backend"]);
  }
}

function backendService(backend: Json | undefined): Json | undefined {
  return isJsonObject(backend) && isJsonObject(backend["service"]) ? backend["service"]["name"] : undefined;
}

function* routeServices(
  { resource }: ResourceRecord,
  namespace: string,
): Generator<readonly [string, Json | undefined]> {
  const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
  for (const rule of objectsOf(spec["rules"])) {
    for (const backend of objectsOf(rule["backendRefs"])) {
      if ((backend["kind"] ?? "Service") !== "Service") continue;
      yield [typeof backend["namespace"] === "string" ? backend["namespace"] : namespace, backend["name"]];
    }
  }
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}
