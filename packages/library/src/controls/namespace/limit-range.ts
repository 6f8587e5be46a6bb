import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { shop, webPod } from "../network/example.ts";
import { namespaceRef } from "../network/namespaces.ts";
import { boundedNamespaces } from "./bounds.ts";

const rangeKind = "v1/LimitRange";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { namespace, bound } of boundedNamespaces(inventory, rangeKind))
    yield {
      resource: namespaceRef(namespace),
      result: bound ? "pass" : "fail",
      because: bound ? "a LimitRange gives pods limits" : "No LimitRange gives limits to pods that name none",
    };
}

export const limitRange = defineControl({
  id: "limit-range",
  title: "Pods that name no limits are given some",
  severity: "low",
  why: "A pod without limits takes what the node has. One that leaks, or was made to, pushes its neighbours off the node.",
  remediation:
    "Add a LimitRange with `default` and `defaultRequest`, generous enough for what runs. It applies to new pods; those that then use more memory are killed.",
  equivalents: ["trivy:KSV-0039"],
  grants: "denial-of-service",
  target: "namespace",
  reads: [rangeKind, "v1/Pod"],
  judge,
  noFix: "How much the pods need must be observed first.",
  examples: {
    pass: [
      {
        resources: [
          shop,
          webPod,
          {
            apiVersion: "v1",
            kind: "LimitRange",
            metadata: { name: "shop", namespace: "shop" },
            spec: { limits: [{ type: "Container", default: { memory: "256Mi" } }] },
          },
        ],
      },
    ],
    fail: [{ resources: [shop, webPod] }],
  },
});
