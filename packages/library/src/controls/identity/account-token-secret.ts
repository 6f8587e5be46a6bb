import { defineControl } from "@plimsoll/core";

export const accountTokenSecret = defineControl({
  id: "account-token-secret",
  title: "Service accounts have no tokens that never end",
  severity: "medium",
  why: "Before Kubernetes 1.24 each account kept a token in a Secret. It has no end, works from anywhere, survives the pod, and lies in every backup of the cluster; whoever copies it once has it for good.",
  remediation:
    "Delete the token's Secret and its entry in the account, once nothing has used it for months. The Secret's label `kubernetes.io/legacy-token-last-used` tells; what still does must move to `kubectl create token` or a projected token first.",
  equivalents: ["kubescape:C-0287"],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets",
  target: "serviceaccount",
  each: "secrets",
  validate: "!item.?name.orValue('').contains('-token-')",
  path: "",
  message: "The account has a token that never ends",
  noFix:
    "Whether something outside the cluster still uses the token is not visible; deleting it cuts that off.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "web", namespace: "default" },
            secrets: [{ name: "web-dockercfg" }],
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "web", namespace: "default" },
            secrets: [{ name: "web-token-x7k2p" }],
          },
        ],
      },
    ],
  },
});
