import {
  defineControl,
  isJsonObject,
  type Inventory,
  type Json,
  type JsonObject,
  type Judgement,
  type Resource,
} from "@plimsoll/core";
import { pathText, recordRef } from "../identity/place.ts";
import { hostRule, ingress, service } from "./example.ts";
import { objectsIn } from "./gateways.ts";
import { absent } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("networking.k8s.io/v1/Ingress")) {
    const resource = recordRef(record);
    const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
    for (const { path, name, port } of backends(spec)) {
      const ref = { apiVersion: "v1", kind: "Service", namespace: resource.namespace, name };
      const found = inventory.get(ref)?.resource;
      if (found === undefined)
        yield { resource, path, ...absent(inventory, `Service ${resource.namespace}/${name}`) };
      else if (hasPort(found, port))
        yield { resource, path, result: "pass", because: `Service ${name} is there` };
      else
        yield {
          resource,
          path,
          result: "fail",
          because: `Service ${resource.namespace}/${name} has no port ${port}`,
        };
    }
  }
}

interface Backend {
  readonly path: string;
  readonly name: string;
  /** Name or number; nothing where the rule names none. */
  readonly port?: string | number;
}

function* backends(spec: JsonObject): Generator<Backend> {
  yield* backendAt("spec.defaultBackend.service", spec["defaultBackend"]);
  for (const [index, rule] of objectsIn(spec["rules"]).entries()) {
    const http = isJsonObject(rule["http"]) ? rule["http"] : {};
    for (const [at, path] of objectsIn(http["paths"]).entries())
      yield* backendAt(
        pathText("spec", "rules", index, "http", "paths", at, "backend", "service"),
        path["backend"],
      );
  }
}

function* backendAt(path: string, backend: Json | undefined): Generator<Backend> {
  const service = isJsonObject(backend) ? backend["service"] : undefined;
  if (!isJsonObject(service) || typeof service["name"] !== "string") return;
  const port = isJsonObject(service["port"])
    ? (service["port"]["name"] ?? service["port"]["number"])
    : undefined;
  const known = typeof port === "string" || typeof port === "number";
  yield { path: `${path}.name`, name: service["name"], ...(known ? { port } : {}) };
}

function hasPort(service: Resource, port: string | number | undefined): boolean {
  const spec = isJsonObject(service["spec"]) ? service["spec"] : {};
  if (port === undefined || spec["type"] === "ExternalName") return true;
  return objectsIn(spec["ports"]).some((entry) => entry["name"] === port || entry["port"] === port);
}

export const ingressMissingService = defineControl({
  id: "ingress-missing-service",
  title: "Ingresses lead to services and ports that exist",
  severity: "medium",
  why: "The host is published with its certificate and leads nowhere. Whoever may create a Service of that name in the namespace answers in the site's place.",
  remediation: "Delete the rule that leads nowhere, or create the Service it was meant for.",
  equivalents: [
    "kubescape:C-0298",
    "kube-linter:dangling-ingress",
    "popeye:1401",
    "popeye:1402",
    "kube-score:ingress-targets-service",
  ],
  grants: "lateral-movement",
  target: "ingress",
  reads: ["v1/Service"],
  judge,
  noFix: "Whether the rule is left over or the Service was forgotten is not visible.",
  examples: {
    pass: [{ resources: [ingress({ rules: [hostRule("shop.example.com")] }), service({})] }],
    fail: [
      { resources: [ingress({ rules: [hostRule("shop.example.com")] })] },
      {
        name: "another port",
        resources: [ingress({ rules: [hostRule("shop.example.com")] }), service({ ports: [{ port: 8080 }] })],
      },
    ],
  },
});
