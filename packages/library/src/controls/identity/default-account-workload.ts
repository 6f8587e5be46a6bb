import { defineControl } from "@plimsoll/core";

export const defaultAccountWorkload = defineControl({
  id: "default-account-workload",
  title: "Workloads run as an account of their own",
  severity: "low",
  why: "Pods that carry the token of the account `default` share one identity: what is granted for one of them all hold, and the audit log cannot tell which of them acted.",
  remediation:
    "Take the token from the pod (`automountServiceAccountToken: false`), which the patch does, or give it a ServiceAccount of its own. A program that calls the API needs the second: create the account, bind it to what it needs, and name it in `serviceAccountName`. Image pull secrets and cloud annotations of `default` must be carried over, or pulls fail.",
  equivalents: [
    "kubescape:C-0189",
    "kubescape:C-0225",
    "kube-linter:default-service-account",
    "checkov:CKV_K8S_41",
    "popeye:300",
  ],
  target: "pod",
  validate:
    "!(pod.spec.?serviceAccountName.orValue('') in ['', 'default']) || !(pod.spec.?serviceAccount.orValue('') in ['', 'default']) || !pod.spec.?automountServiceAccountToken.orValue(true)",
  path: "spec.serviceAccountName",
  message: "The pod carries the token of the namespace's default account",
  fix: [{ set: "spec.automountServiceAccountToken", to: false }],
  examples: {
    pass: [
      { name: "without its token the account is nobody", pod: { automountServiceAccountToken: false } },
      {
        resources: [
          {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "web", namespace: "default" },
            spec: {
              selector: { matchLabels: { app: "web" } },
              template: {
                metadata: { labels: { app: "web" } },
                spec: {
                  serviceAccountName: "web",
                  containers: [{ name: "web", image: "registry.example.com/shop/web:1.0" }],
                },
              },
            },
          },
        ],
      },
    ],
    fail: [{ pod: {} }, { pod: { serviceAccountName: "default" } }],
  },
});
