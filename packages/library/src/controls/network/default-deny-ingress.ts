import { defineControl } from "@plimsoll/core";
import { policyKinds } from "./isolation.ts";
import { denyAll, networkPolicy, shop, webPod } from "./example.ts";
import { judgeDefaultDeny } from "./namespaces.ts";

export const defaultDenyIngress = defineControl({
  id: "default-deny-ingress",
  title: "Namespaces deny incoming traffic by default",
  severity: "medium",
  why: "A pod that no policy selects accepts connections from every pod of the cluster. Policies for single workloads leave out the next one: an attacker looks for the pod that was forgotten.",
  remediation:
    "Add a NetworkPolicy with an empty `podSelector`, `policyTypes: [Ingress]` and no rules. Beside it, others allow the callers that each workload has. Connections that no policy names are dropped at once, so allow those that were seen first.",
  equivalents: ["kubescape:C-0030", "polaris:missingNetworkPolicy", "kube-score:pod-networkpolicy"],
  grants: "lateral-movement",
  reference:
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic",
  target: "namespace",
  reads: ["v1/Pod", ...policyKinds],
  judge: (inventory) => judgeDefaultDeny(inventory, "ingress"),
  noFix: "A policy is a resource of its own, and who needs to reach the pods must be observed first.",
  examples: {
    pass: [
      { resources: [shop, webPod, denyAll] },
      {
        name: "what is not allowed is denied",
        resources: [
          shop,
          webPod,
          networkPolicy("same-namespace", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
        ],
      },
    ],
    fail: [
      {
        resources: [shop, webPod, networkPolicy("egress-only", { podSelector: {}, policyTypes: ["Egress"] })],
      },
      {
        name: "a policy that allows everything",
        resources: [shop, webPod, networkPolicy("open", { podSelector: {}, ingress: [{}] })],
      },
    ],
  },
});
