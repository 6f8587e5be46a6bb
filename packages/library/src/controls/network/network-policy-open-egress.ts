import { defineControl } from "@plimsoll/core";
import { denyAll, networkPolicy } from "./example.ts";

export const networkPolicyOpenEgress = defineControl({
  id: "network-policy-open-egress",
  title: "Network policies let out what they name",
  severity: "low",
  why: "A rule with neither peer nor port lets everything out: tools in, data out, and a look round the cluster, as if there were no policy.",
  remediation:
    "Name the destinations in `to`, or the ports at least. What is left out times out; the connections that were seen tell what it is.",
  equivalents: ["trivy:KSV-0038"],
  grants: "lateral-movement",
  target: "networkpolicy",
  each: "spec.egress",
  validate: "size(item.?to.orValue([])) > 0 || size(item.?ports.orValue([])) > 0",
  path: "to",
  message: "The rule lets everything out",
  noFix: "What should be let out is not written in the policy.",
  examples: {
    pass: [
      { resources: [denyAll] },
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
              {
                to: [
                  { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
                ],
                ports: [{ protocol: "UDP", port: 53 }],
              },
            ],
          }),
        ],
      },
    ],
    fail: [{ resources: [networkPolicy("web", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] })] }],
  },
});
