import { defineControl } from "@plimsoll/core";

export const podSecurityLabel = defineControl({
  id: "pod-security-label",
  title: "Namespaces enforce a Pod Security Standard",
  severity: "medium",
  why: "Without the label, or with `privileged`, the namespace admits every pod. Whoever may create one there asks for the node's disk and its processes, and has the node.",
  remediation:
    "Set `pod-security.kubernetes.io/enforce: baseline`, or `restricted` where all pods fit. `kubectl label --dry-run=server` names the pods that do not; running ones stay, but are refused when they are next made. Agents that need the node belong in a namespace of their own.",
  equivalents: [
    "kubescape:C-0192",
    "kubescape:C-0193",
    "kubescape:C-0194",
    "kubescape:C-0195",
    "kubescape:C-0196",
    "kubescape:C-0202",
    "kubescape:C-0203",
    "kubescape:C-0204",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
  target: "namespace",
  when: "!(object.metadata.?name.orValue('') in ['kube-system', 'kube-public', 'kube-node-lease'])",
  validate:
    "object.metadata.?labels[?'pod-security.kubernetes.io/enforce'].orValue('privileged') in ['baseline', 'restricted']",
  path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
  message: "The namespace admits every pod",
  fix: [{ set: 'metadata.labels["pod-security.kubernetes.io/enforce"]', to: "baseline" }],
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
          },
        ],
      },
    ],
    fail: [
      { resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] },
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
          },
        ],
      },
    ],
  },
});
