import { defineControl } from "@plimsoll/core";
import { networkPolicy } from "./example.ts";

export const networkPolicyAnySource = defineControl({
  id: "network-policy-any-source",
  title: "Network policies do not take the whole world for a caller",
  severity: "medium",
  why: "A block of `0.0.0.0/0` or `::/0` in `from` is everybody: each pod of the cluster too, since their addresses are in it. It was mostly meant for a load balancer.",
  remediation:
    "Replace the block by the load balancer's or the office's addresses, or select the Ingress controller's pods. Callers elsewhere are cut off.",
  equivalents: [],
  grants: "lateral-movement",
  target: "networkpolicy",
  each: "spec.ingress",
  validate: "!item.?from.orValue([]).exists(peer, peer.?ipBlock.?cidr.orValue('') in ['0.0.0.0/0', '::/0'])",
  path: "from",
  message: "The rule lets every address in",
  noFix: "Whose addresses are meant is not written in the policy.",
  examples: {
    pass: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
          }),
        ],
      },
    ],
  },
});
