import { defineControl } from "@plimsoll/core";

export const accountAutomount = defineControl({
  id: "account-automount",
  title: "Service accounts hand out tokens only to pods that ask",
  severity: "low",
  why: "By default each pod of the account finds a token in its file system. Most programs never call the API; for whoever breaks into one, the token is a login to it, with a first look round the cluster.",
  remediation:
    "Set `automountServiceAccountToken: false` on the account, and `true` in the pod specs that call the API. A pod that was overlooked then fails to find its token when it is next started.",
  equivalents: [
    "kubescape:C-0034",
    "kubescape:C-0189",
    "kubescape:C-0190",
    "trivy:KSV-0036",
    "gatekeeper:k8spspautomountserviceaccounttokenpod",
    "popeye:303",
  ],
  grants: "lateral-movement",
  reference:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
  breakRisk: "unknown: whether the programs use the token was not observed",
  target: "serviceaccount",
  when: "!(object.metadata.?namespace.orValue('') in ['kube-system', 'kube-public', 'kube-node-lease'])",
  validate: "!object.?automountServiceAccountToken.orValue(true)",
  path: "automountServiceAccountToken",
  message: "Pods of the account are given its token unasked",
  fix: [{ set: "automountServiceAccountToken", to: false }],
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "web", namespace: "default" },
            automountServiceAccountToken: false,
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web", namespace: "default" } },
        ],
      },
    ],
  },
});
