import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { supportOf } from "../control-plane/releases.ts";
import { kubeletVersion, node } from "./nodes.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Node")) {
    const resource = recordRef(record);
    const path = "status.nodeInfo.kubeletVersion";
    const support = supportOf(kubeletVersion(record.resource), inventory.takenAt);
    if (support === undefined)
      yield {
        resource,
        path,
        result: "unknown",
        because: "The end of the kubelet's version is not in the table: see kubernetes.io/releases",
      };
    else yield { resource, path, result: support.supported ? "pass" : "fail", because: support.because };
  }
}

export const kubeletEndOfLife = defineControl({
  id: "kubelet-end-of-life",
  title: "Nodes run a maintained kubelet",
  severity: "high",
  why: "The kubelet listens on the network and starts what it is told as root. A version without maintenance keeps its published holes, among them ways out of containers.",
  remediation:
    "Drain the node, upgrade kubelet and container runtime, and let it back in; in a node pool, replace the nodes. Pods are moved meanwhile, so disruption budgets must allow it.",
  equivalents: ["kubescape:C-0273"],
  reference: "https://kubernetes.io/releases/patch-releases/",
  target: "node",
  reads: [],
  judge,
  noFix: "An upgrade is not a change to a resource.",
  examples: {
    pass: [{ resources: [node({ kubeletVersion: "v1.35.2" })] }],
    fail: [{ resources: [node({ kubeletVersion: "v1.29.9" })] }],
  },
});
