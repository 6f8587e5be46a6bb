import {
  defineControl,
  isJsonObject,
  type Inventory,
  type Json,
  type JsonObject,
  type Judgement,
} from "@plimsoll/core";
import { pathText, recordRef } from "../identity/place.ts";
import { hostRule, ingress, service } from "./example.ts";
import { objectsIn } from "./gateways.ts";
import { absent } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("networking.k8s.io/v1/Ingress")) {
    const resource = recordRef(record);
    const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
    for (const [path, name] of backends(spec)) {
      const found = inventory.get({ apiVersion: "v1", kind: "Service", namespace: resource.namespace, name });
      yield {
        resource,
        path,
        ...(found === undefined
          ? absent(inventory, `Service ${resource.namespace}/${name}`)
          : { result: "pass", because: `Service ${name} is there` }),
      };
    }
  }
}

function* backends(spec: JsonObject): Generator<readonly [path: string, service: string]> {
  const own = serviceName(spec["defaultBackend"]);
  if (own !== undefined) yield ["spec.defaultBackend.service.name", own];
  for (const [index, rule] of objectsIn(spec["rules"]).entries()) {
    const http = isJsonObject(rule["http"]) ? rule["http"] : {};
    for (const [at, path] of objectsIn(http["paths"]).entries()) {
      const name = serviceName(path["backend"]);
      if (name !== undefined)
        yield [pathText("spec", "rules", index, "http", "paths", at, "backend", "service", "name"), name];
    }
  }
}

function serviceName(backend: Json | undefined): string | undefined {
  const found = isJsonObject(backend) ? backend["service"] : undefined;
  const name = isJsonObject(found) ? found["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

export const ingressMissingService = defineControl({
  id: "ingress-missing-service",
  title: "Ingresses lead to services that exist",
  severity: "medium",
  why: "The host is published with its certificate and leads nowhere. Whoever may create a Service of that name in the namespace answers in the site's place.",
  remediation: "Delete the rule, or create the Service it was meant for.",
  equivalents: [
    "kubescape:C-0298",
    "kube-linter:dangling-ingress",
    "popeye:1401",
    "kube-score:ingress-targets-service",
  ],
  grants: "lateral-movement",
  target: "ingress",
  reads: ["v1/Service"],
  judge,
  noFix: "Whether the rule is left over or the Service was forgotten is not visible.",
  examples: {
    pass: [{ resources: [ingress({ rules: [hostRule("shop.example.com")] }), service({})] }],
    fail: [{ resources: [ingress({ rules: [hostRule("shop.example.com")] })] }],
  },
});
