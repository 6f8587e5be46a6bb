import { defineControl } from "@plimsoll/core";

export const defaultAccountWorkload = defineControl({
  id: "default-account-workload",
  title: "Workloads run as an account of their own",
  severity: "low",
  why: "Pods on the account `default` share one identity: what is granted for one of them all hold, and the audit log cannot tell which of them acted.",
  remediation:
    "Create a ServiceAccount for the workload, bind it to what it needs, and name it in `serviceAccountName`. Image pull secrets and cloud annotations of `default` must be carried over, or pulls fail.",
  equivalents: [
    "kubescape:C-0189",
    "kubescape:C-0225",
    "kube-linter:default-service-account",
    "checkov:CKV_K8S_41",
  ],
  target: "pod",
  validate:
    "!(pod.spec.?serviceAccountName.orValue('') in ['', 'default']) || !(pod.spec.?serviceAccount.orValue('') in ['', 'default'])",
  path: "spec.serviceAccountName",
  message: "The pod runs as the namespace's default account",
  noFix: "The account must be created, and bound, before the pod can name it.",
  examples: {
    pass: [
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
