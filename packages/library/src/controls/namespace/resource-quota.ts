import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { shop, webPod } from "../network/example.ts";
import { namespaceRef } from "../network/namespaces.ts";
import { boundedNamespaces } from "./bounds.ts";

const quotaKind = "v1/ResourceQuota";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { namespace, bound } of boundedNamespaces(inventory, quotaKind))
    yield {
      resource: namespaceRef(namespace),
      result: bound ? "pass" : "fail",
      because: bound ? "a ResourceQuota limits it" : "No ResourceQuota limits what the namespace may use",
    };
}

export const resourceQuota = defineControl({
  id: "resource-quota",
  title: "Namespaces have a limit on what they may use",
  severity: "low",
  why: "One namespace, taken over or with a bug, can ask for all memory, all load balancers or a million config maps, and everybody else stands still, or the bill runs.",
  remediation:
    "Add a ResourceQuota for CPU, memory, pods, claims and load balancers, from what is used now with room to grow. Pods without requests are refused where the quota counts those: add a LimitRange with defaults.",
  equivalents: ["trivy:KSV-0040"],
  grants: "denial-of-service",
  target: "namespace",
  reads: [quotaKind, "v1/Pod"],
  judge,
  noFix: "How much the namespace needs must be observed first.",
  examples: {
    pass: [
      {
        resources: [
          shop,
          webPod,
          {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "shop", namespace: "shop" },
            spec: { hard: { pods: "20" } },
          },
        ],
      },
    ],
    fail: [{ resources: [shop, webPod] }],
  },
});
