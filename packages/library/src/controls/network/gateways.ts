/** Gateways of the Gateway API, their listeners, and the routes that only send plain requests on to TLS. */
import {
  isJsonArray,
  isJsonObject,
  type ExampleResource,
  type Inventory,
  type Json,
  type JsonObject,
  type Resource,
  type ResourceRef,
} from "@plimsoll/core";

const group = "gateway.networking.k8s.io";

export const gatewayKinds: readonly string[] = [`${group}/v1/Gateway`];
export const routeKinds: readonly string[] = [`${group}/v1/HTTPRoute`];

export function listenersOf(resource: Resource): readonly JsonObject[] {
  return objectsIn(isJsonObject(resource["spec"]) ? resource["spec"]["listeners"] : undefined);
}

/** Some route of this gateway does nothing but redirect to `https`. */
export function redirects(inventory: Inventory, gateway: ResourceRef): boolean {
  return routeKinds
    .flatMap((kind) => inventory.ofKind(kind))
    .some(({ resource }) => {
      const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
      const own = objectsIn(spec["parentRefs"]).some(
        (parent) =>
          parent["name"] === gateway.name &&
          (parent["namespace"] ?? resource.metadata.namespace) === gateway.namespace,
      );
      const rules = objectsIn(spec["rules"]);
      return (
        own && rules.length > 0 && rules.every((rule) => objectsIn(rule["filters"]).some(isRedirectToTls))
      );
    });
}

function isRedirectToTls(filter: JsonObject): boolean {
  const redirect = filter["requestRedirect"];
  return isJsonObject(redirect) && redirect["scheme"] === "https";
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

export function gateway(...listeners: readonly { readonly [key: string]: Json }[]): ExampleResource {
  return {
    apiVersion: `${group}/v1`,
    kind: "Gateway",
    metadata: { name: "public", namespace: "shop" },
    spec: { gatewayClassName: "example", listeners },
  };
}
