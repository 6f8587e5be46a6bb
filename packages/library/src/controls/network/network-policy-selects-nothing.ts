import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { networkPolicy, webPod } from "./example.ts";
import { networkPolicyKind, policiesIn, selects, selectsAll } from "./isolation.ts";
import { podLabelsIn } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind(networkPolicyKind)) {
    const resource = recordRef(record);
    const path = "spec.podSelector";
    const policy = policiesIn(inventory, resource.namespace).find(({ name }) => name === resource.name);
    if (policy === undefined || selectsAll(policy)) continue;
    if (podLabelsIn(inventory, resource.namespace).some((labels) => selects(policy, labels)))
      yield { resource, path, result: "pass", because: "it holds pods" };
    else if (inventory.server.kind === "files")
      yield { resource, path, result: "skip", because: "the pods it selects are not among these files" };
    else
      yield { resource, path, result: "fail", because: "No workload makes pods with the labels it selects" };
  }
}

export const networkPolicySelectsNothing = defineControl({
  id: "network-policy-selects-nothing",
  title: "Network policies hold pods",
  severity: "low",
  why: "The policy was written to guard something, and guards nothing: its labels are wrong, or the pods' were changed. Whoever reads it believes them safe.",
  remediation:
    "Correct the policy's `podSelector`, or delete the policy. Corrected, it begins to deny: look at what it would deny first.",
  equivalents: [
    "kubescape:C-0299",
    "kube-linter:dangling-networkpolicy",
    "popeye:1200",
    "kube-score:networkpolicy-targets-pod",
  ],
  target: "networkpolicy",
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
  noFix: "Which pods were meant is not visible.",
  examples: {
    pass: [{ resources: [networkPolicy("web", { podSelector: { matchLabels: { app: "web" } } }), webPod] }],
    fail: [{ resources: [networkPolicy("api", { podSelector: { matchLabels: { app: "api" } } }), webPod] }],
  },
});
