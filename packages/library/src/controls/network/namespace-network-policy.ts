import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { foreignDefaultDeny } from "./default-deny.ts";
import { foreignPoliciesIn, policiesIn, policyKinds } from "./isolation.ts";
import { denyAll, shop, webPod } from "./example.ts";
import { namespaceRef, populated, unknownBecause } from "./namespaces.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const [namespace, workloads] of populated(inventory)) {
    const resource = namespaceRef(namespace);
    const policies = policiesIn(inventory, namespace);
    const foreign = foreignPoliciesIn(inventory, namespace);
    const own =
      foreign.find((policy) => policy.includes(`NetworkPolicy ${namespace}/`)) ??
      foreignDefaultDeny(inventory, namespace, "ingress") ??
      foreignDefaultDeny(inventory, namespace, "egress");
    if (workloads.length === 0)
      yield { resource, result: "skip", because: "no pods run on the pod network here" };
    else if (policies.length > 0)
      yield { resource, result: "pass", because: `it has NetworkPolicies, ${policies[0]!.name} among them` };
    else if (own !== undefined)
      yield { resource, result: "pass", because: `it has policies, ${own} among them` };
    else if (foreign.length > 0) yield { resource, result: "unknown", because: unknownBecause(foreign) };
    else yield { resource, result: "fail", because: "Pods run here and no network policy holds any of them" };
  }
}

export const namespaceNetworkPolicy = defineControl({
  id: "namespace-network-policy",
  title: "Namespaces with pods have a NetworkPolicy",
  severity: "medium",
  why: "Without any policy each pod may talk to each other pod of the cluster, and to the internet. One broken web shop is then inside the network of every database.",
  remediation:
    "Add a NetworkPolicy that denies all traffic by default, and others that allow what was seen. That is name resolution, the callers of each service, and what the pods themselves call. Applied without the others it cuts the namespace off.",
  equivalents: [
    "kubescape:C-0206",
    "kubescape:C-0049",
    "kubescape:C-0054",
    "popeye:1204",
    "checkov:CKV2_K8S_6",
  ],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  target: "namespace",
  reads: ["v1/Pod", ...policyKinds],
  judge,
  noFix:
    "What the pods need to reach, and who needs to reach them, must be observed before a policy can be written.",
  examples: {
    pass: [{ resources: [shop, webPod, denyAll] }],
    fail: [{ resources: [shop, webPod] }],
  },
});
