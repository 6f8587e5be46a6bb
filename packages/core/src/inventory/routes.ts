/** Services that an Ingress, a Gateway route or the API server itself leads to. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { refOf, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import type { Inventory } from "./inventory.ts";
import { isInternalIngress } from "./load-balancer.ts";

/** What leads to a Service from elsewhere than its own addresses: a proxy, or (`cluster`) the API server. */
export interface Route {
  readonly level: "internet" | "external" | "cluster";
  /** `Ingress shop/web` */
  readonly text: string;
  readonly resource: ResourceRef;
}

const routeKinds = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/** `namespace/service` → what leads to it. */
export function routesOf(inventory: Inventory): ReadonlyMap<string, readonly Route[]> {
  const routes = new Map<string, Route[]>();
  const add = (namespace: string, service: Json | undefined, route: Route): void => {
    if (typeof service !== "string") return;
    const key = `${namespace}/${service}`;
    const list = routes.get(key);
    if (list === undefined) routes.set(key, [route]);
    else list.push(route);
  };
  for (const record of inventory.ofKind("networking.k8s.io/v1/Ingress")) {
    const resource = refOf(record.resource);
    const { namespace, name } = resource;
    const spec = specOf(record);
    const internal = isInternalIngress(record.resource.metadata.annotations ?? {}, spec);
    const route: Route = internal
      ? { level: "external", text: `Ingress ${namespace}/${name} (internal)`, resource }
      : { level: "internet", text: `Ingress ${namespace}/${name}`, resource };
    for (const service of ingressServices(spec)) add(namespace, service, route);
  }
  for (const kind of routeKinds)
    for (const version of ["v1", "v1alpha2"])
      for (const record of inventory.ofKind(`gateway.networking.k8s.io/${version}/${kind}`)) {
        const resource = refOf(record.resource);
        const { namespace, name } = resource;
        const route: Route = { level: "internet", text: `${kind} ${namespace}/${name}`, resource };
        for (const [target, service] of routeServices(record, namespace)) add(target, service, route);
      }
  for (const record of inventory.ofKind("apiregistration.k8s.io/v1/APIService")) {
    const service = specOf(record)["service"];
    if (!isJsonObject(service) || typeof service["namespace"] !== "string") continue;
    const text = `the API server, for whom it lets in (APIService ${record.resource.metadata.name ?? ""})`;
    const resource = refOf(record.resource);
    add(service["namespace"], service["name"], { level: "cluster", text, resource });
  }
  return routes;
}

function specOf({ resource }: ResourceRecord): JsonObject {
  return isJsonObject(resource["spec"]) ? resource["spec"] : {};
}

function* ingressServices(spec: JsonObject): Generator<Json | undefined> {
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
  record: ResourceRecord,
  namespace: string,
): Generator<readonly [string, Json | undefined]> {
  for (const rule of objectsOf(specOf(record)["rules"])) {
    for (const backend of objectsOf(rule["backendRefs"])) {
      if ((backend["kind"] ?? "Service") !== "Service") continue;
      yield [typeof backend["namespace"] === "string" ? backend["namespace"] : namespace, backend["name"]];
    }
  }
}

export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}
