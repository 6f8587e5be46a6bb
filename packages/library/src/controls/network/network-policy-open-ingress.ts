import { defineControl } from "@plimsoll/core";
import { denyAll, networkPolicy } from "./example.ts";

export const networkPolicyOpenIngress = defineControl({
  id: "network-policy-open-ingress",
  title: "Network policies let in whom they name",
  severity: "medium",
  why: "A rule with neither peer nor port lets everybody in. The namespace then looks guarded, every tool that asks for a policy is satisfied, and nothing is held.",
  remediation:
    "Name the callers in `from`, or the ports at least. Callers that are left out are cut off; the connections that were seen tell who they are.",
  equivalents: ["trivy:KSV-0038"],
  grants: "lateral-movement",
  target: "networkpolicy",
  each: "spec.ingress",
  validate: "size(item.?from.orValue([])) > 0 || size(item.?ports.orValue([])) > 0",
  path: "from",
  message: "The rule lets everybody in",
  noFix: "Who should be let in is not written in the policy.",
  examples: {
    pass: [
      { resources: [denyAll] },
      {
        resources: [
          networkPolicy("web", {
            podSelector: { matchLabels: { app: "web" } },
            ingress: [{ ports: [{ port: 443 }] }],
          }),
        ],
      },
    ],
    fail: [
      { resources: [networkPolicy("web", { podSelector: { matchLabels: { app: "web" } }, ingress: [{}] })] },
    ],
  },
});
