import { defineControl, isJsonObject, type Inventory, type Judgement } from "@plimsoll/core";
import { pathText, recordRef } from "../identity/place.ts";
import { service } from "./example.ts";
import { objectsIn, routeKinds } from "./gateways.ts";
import { absent } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of routeKinds.flatMap((kind) => inventory.ofKind(kind))) {
    const resource = recordRef(record);
    const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
    for (const [index, rule] of objectsIn(spec["rules"]).entries()) {
      for (const [at, backend] of objectsIn(rule["backendRefs"]).entries()) {
        if ((backend["kind"] ?? "Service") !== "Service") continue;
        const namespace =
          typeof backend["namespace"] === "string" ? backend["namespace"] : resource.namespace;
        const name = String(backend["name"]);
        const found = inventory.get({ apiVersion: "v1", kind: "Service", namespace, name });
        yield {
          resource,
          path: pathText("spec", "rules", index, "backendRefs", at, "name"),
          ...(found === undefined
            ? absent(inventory, `Service ${namespace}/${name}`)
            : { result: "pass", because: `Service ${name} is there` }),
        };
      }
    }
  }
}

function route(name: string) {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "shop", namespace: "default" },
    spec: {
      parentRefs: [{ name: "public" }],
      hostnames: ["shop.example.com"],
      rules: [{ backendRefs: [{ name, port: 80 }] }],
    },
  };
}

export const routeMissingService = defineControl({
  id: "route-missing-service",
  title: "Routes of gateways lead to services that exist",
  severity: "medium",
  why: "The host is published and leads nowhere. Whoever may create a Service of that name in the namespace answers in the site's place.",
  remediation: "Delete the route, or create the Service it was meant for.",
  equivalents: ["kubescape:C-0302"],
  grants: "lateral-movement",
  target: "cluster",
  reads: [...routeKinds, "v1/Service"],
  judge,
  noFix: "Whether the route is left over or the Service was forgotten is not visible.",
  examples: {
    pass: [{ resources: [route("web"), service({})] }],
    fail: [{ resources: [route("gone"), service({})] }],
  },
});
