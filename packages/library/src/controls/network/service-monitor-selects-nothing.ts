import {
  defineControl,
  isJsonArray,
  isJsonObject,
  matchesSelector,
  type Inventory,
  type Judgement,
} from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { service } from "./example.ts";

const monitorKind = "monitoring.coreos.com/v1/ServiceMonitor";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind(monitorKind)) {
    const resource = recordRef(record);
    const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
    const where = isJsonObject(spec["namespaceSelector"]) ? spec["namespaceSelector"] : {};
    const names = isJsonArray(where["matchNames"]) ? where["matchNames"] : [resource.namespace];
    const path = "spec.selector";
    const found = inventory
      .ofKind("v1/Service")
      .some(
        ({ resource: { metadata } }) =>
          (where["any"] === true || names.includes(metadata.namespace ?? "")) &&
          matchesSelector(spec["selector"], metadata.labels),
      );
    if (found) yield { resource, path, result: "pass", because: "it watches a Service" };
    else if (inventory.server.kind === "files")
      yield { resource, path, result: "skip", because: "the Services it selects are not among these files" };
    else yield { resource, path, result: "fail", because: "No Service has the labels it selects" };
  }
}

function monitor(app: string) {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { matchLabels: { app } }, endpoints: [{ port: "metrics" }] },
  };
}

export const serviceMonitorSelectsNothing = defineControl({
  id: "service-monitor-selects-nothing",
  title: "Service monitors watch a service",
  severity: "low",
  why: "What was to be watched is not: its alerts stay silent, also while somebody works on it.",
  remediation:
    "Correct the selector (it matches the labels of the Service, not of the pods) or delete the monitor.",
  equivalents: ["kube-linter:dangling-servicemonitor"],
  target: "cluster",
  reads: [monitorKind, "v1/Service"],
  judge,
  noFix: "Which Service was meant is not visible.",
  examples: {
    pass: [
      {
        resources: [
          monitor("web"),
          { ...service({}), metadata: { name: "web", namespace: "default", labels: { app: "web" } } },
        ],
      },
    ],
    fail: [{ resources: [monitor("gone"), service({})] }],
  },
});
