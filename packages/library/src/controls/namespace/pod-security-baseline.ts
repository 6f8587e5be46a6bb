import { defineControl } from "@plimsoll/core";

export const podSecurityBaseline = defineControl({
  id: "pod-security-baseline",
  title: "Namespaces enforce the restricted standard",
  severity: "low",
  why: "The baseline standard still admits containers that run as root, gain privileges and keep the runtime's capabilities: with the next hole in the kernel or the runtime they are out.",
  remediation:
    "Set `pod-security.kubernetes.io/enforce: restricted` where all pods fit. `kubectl label --dry-run=server` names those that do not; running ones stay, but are refused when they are next made. What needs more goes into a namespace of its own.",
  equivalents: [
    "kubescape:C-0197",
    "kubescape:C-0198",
    "kubescape:C-0199",
    "kubescape:C-0200",
    "kubescape:C-0201",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "namespace",
  validate: "object.metadata.?labels[?'pod-security.kubernetes.io/enforce'].orValue('') != 'baseline'",
  path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
  message: "The namespace enforces the baseline standard only",
  fix: [{ set: 'metadata.labels["pod-security.kubernetes.io/enforce"]', to: "restricted" }],
  examples: {
    pass: [
      namespace("restricted"),
      { name: "no standard at all: another finding", ...namespace("privileged") },
    ],
    fail: [namespace("baseline")],
  },
});

function namespace(standard: string) {
  return {
    resources: [
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": standard } },
      },
    ],
  } as const;
}
