import { defineControl } from "@plimsoll/core";
import { policyKinds } from "./isolation.ts";
import { denyAll, networkPolicy, shop, webPod } from "./example.ts";
import { judgeDefaultDeny } from "./namespaces.ts";

export const defaultDenyEgress = defineControl({
  id: "default-deny-egress",
  title: "Namespaces deny outgoing traffic by default",
  severity: "medium",
  why: "Whoever gets into a pod fetches tools from the internet, sends data out, asks the cloud's metadata service for the node's credentials, and scans the cluster. Denied egress stops most intrusions at their second step.",
  remediation:
    "Add a NetworkPolicy with an empty `podSelector` and `policyTypes: [Egress]`. Allow name resolution (port 53 to the cluster DNS) and each destination that was seen beside it. Calls that no policy names time out, also those made once a month.",
  equivalents: ["kubescape:C-0030", "polaris:missingNetworkPolicy", "kube-score:pod-networkpolicy"],
  grants: "lateral-movement",
  reference:
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
  target: "namespace",
  reads: ["v1/Pod", ...policyKinds],
  judge: (inventory) => judgeDefaultDeny(inventory, "egress"),
  noFix: "A policy is a resource of its own, and what the pods call must be observed first.",
  examples: {
    pass: [{ resources: [shop, webPod, denyAll] }],
    fail: [
      {
        resources: [
          shop,
          webPod,
          networkPolicy("ingress-only", { podSelector: {}, policyTypes: ["Ingress"] }),
        ],
      },
    ],
  },
});
