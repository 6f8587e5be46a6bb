import { defineControl } from "@plimsoll/core";
import { networkPolicy } from "./example.ts";

export const networkPolicyAnyNamespace = defineControl({
  id: "network-policy-any-namespace",
  title: "Network policies name the namespaces they let in",
  severity: "low",
  why: "An empty `namespaceSelector` is every namespace, the one of the next tenant and the one an attacker may create included.",
  remediation:
    "Replace the empty `namespaceSelector` by the namespaces' `kubernetes.io/metadata.name`, a label that nobody can move. Callers of other namespaces are cut off.",
  equivalents: [],
  grants: "lateral-movement",
  target: "networkpolicy",
  each: "spec.ingress",
  validate:
    "!item.?from.orValue([]).exists(peer, has(peer.namespaceSelector) && !has(peer.podSelector) && size(peer.namespaceSelector.?matchLabels.orValue({})) == 0 && size(peer.namespaceSelector.?matchExpressions.orValue([])) == 0)",
  path: "from",
  message: "The rule lets the pods of every namespace in",
  noFix: "Which namespaces are meant is not written in the policy.",
  examples: {
    pass: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            ingress: [
              { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } }] },
            ],
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          networkPolicy("web", { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }),
        ],
      },
    ],
  },
});
