/** Namespaces, pods and policies for examples. */
import type { ExampleResource, Json } from "@plimsoll/core";

export const shop: ExampleResource = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };

export const webPod: ExampleResource = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
  spec: { containers: [{ name: "web", image: "registry.example.com/shop/web:1.0" }] },
};

export function networkPolicy(name: string, spec: { readonly [key: string]: Json }): ExampleResource {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: "shop" },
    spec,
  };
}

export const denyAll = networkPolicy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });

export function service(
  spec: { readonly [key: string]: Json },
  annotations?: { readonly [key: string]: string },
): ExampleResource {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default", ...(annotations === undefined ? {} : { annotations }) },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }], ...spec },
  };
}

export function ingress(
  spec: { readonly [key: string]: Json },
  annotations?: { readonly [key: string]: string },
): ExampleResource {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", namespace: "default", ...(annotations === undefined ? {} : { annotations }) },
    spec,
  };
}

/** A rule that leads all paths of a host (or of all hosts) to the service `web`. */
export function hostRule(host?: string): Json {
  const backend = { service: { name: "web", port: { number: 80 } } };
  return {
    ...(host === undefined ? {} : { host }),
    http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
  };
}
