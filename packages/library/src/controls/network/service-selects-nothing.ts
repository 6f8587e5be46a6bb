import { defineControl, isJsonObject, matchesMap, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { service, webPod } from "./example.ts";
import { podLabelsIn } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Service")) {
    const resource = recordRef(record);
    const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
    const selector = spec["selector"];
    if (!isJsonObject(selector) || Object.keys(selector).length === 0 || spec["type"] === "ExternalName")
      continue;
    const path = "spec.selector";
    if (podLabelsIn(inventory, resource.namespace).some((labels) => matchesMap(selector, labels)))
      yield { resource, path, result: "pass", because: "it leads to pods" };
    else if (inventory.server.kind === "files")
      yield { resource, path, result: "skip", because: "the pods it selects are not among these files" };
    else
      yield { resource, path, result: "fail", because: "No workload makes pods with the labels it selects" };
  }
}

export const serviceSelectsNothing = defineControl({
  id: "service-selects-nothing",
  title: "Services lead to pods",
  severity: "low",
  why: "The name is trusted and nobody stands behind it. Whoever may create a pod with those labels receives all that is sent there: passwords, tokens, orders.",
  remediation: "Delete the Service, or correct its selector. Clients that got no answer may get one then.",
  equivalents: [
    "kubescape:C-0293",
    "kube-linter:dangling-service",
    "popeye:1100",
    "popeye:1105",
    "kube-score:service-targets-pod",
  ],
  grants: "lateral-movement",
  target: "service",
  reads: [
    "v1/Pod",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "apps/v1/DaemonSet",
    "apps/v1/ReplicaSet",
    "batch/v1/Job",
    "batch/v1/CronJob",
  ],
  judge,
  noFix: "Whether the Service is left over or its selector is wrong is not visible.",
  examples: {
    pass: [{ resources: [{ ...service({}), metadata: { name: "web", namespace: "shop" } }, webPod] }],
    fail: [
      {
        resources: [
          { ...service({ selector: { app: "gone" } }), metadata: { name: "gone", namespace: "shop" } },
          webPod,
        ],
      },
    ],
  },
});
