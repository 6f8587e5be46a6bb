import {
  defineControl,
  isJsonObject,
  matchesMap,
  type Inventory,
  type Json,
  type Judgement,
  type Workload,
} from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { service } from "./example.ts";
import { objectsIn } from "./gateways.ts";
import { workloadsIn } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Service")) {
    const resource = recordRef(record);
    const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
    const behind = workloadsIn(inventory, resource.namespace).filter(({ pod }) =>
      matchesMap(spec["selector"], pod.metadata.labels ?? {}),
    );
    if (behind.length === 0) continue;
    for (const [index, port] of objectsIn(spec["ports"]).entries()) {
      const target = port["targetPort"];
      if (typeof target !== "string") continue;
      const served = behind.some((workload) => portNames(workload).has(target));
      yield {
        resource,
        path: `spec.ports[${index}].targetPort`,
        result: served ? "pass" : "fail",
        because: served
          ? `a container names the port ${target}`
          : `No container behind the Service names a port ${target}`,
      };
    }
  }
}

function portNames({ containers }: Workload): ReadonlySet<Json | undefined> {
  return new Set(containers.flatMap(({ raw }) => objectsIn(raw["ports"]).map(({ name }) => name)));
}

function podWithPort(name: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: {
      containers: [
        { name: "web", image: "registry.example.com/shop/web:1.0", ports: [{ name, containerPort: 8080 }] },
      ],
    },
  };
}

export const servicePortUnserved = defineControl({
  id: "service-port-unserved",
  title: "Services name ports that their pods have",
  severity: "low",
  why: "Nothing answers at the port, though the Service looks whole. People then open something wider to get on, a NodePort or the pod itself, and it stays.",
  remediation: "Name the container's port as the Service does, or use its number in `targetPort`.",
  equivalents: ["kube-linter:invalid-target-ports", "popeye:1106"],
  target: "service",
  reads: ["v1/Pod", "apps/v1/Deployment", "apps/v1/StatefulSet", "apps/v1/DaemonSet"],
  judge,
  noFix: "Which port was meant is not visible.",
  examples: {
    pass: [{ resources: [service({ ports: [{ port: 80, targetPort: "http" }] }), podWithPort("http")] }],
    fail: [{ resources: [service({ ports: [{ port: 80, targetPort: "http" }] }), podWithPort("web")] }],
  },
});
