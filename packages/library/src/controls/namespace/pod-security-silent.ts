import { defineControl } from "@plimsoll/core";

export const podSecuritySilent = defineControl({
  id: "pod-security-silent",
  title: "Namespaces tell what the restricted standard would refuse",
  severity: "low",
  why: "Where neither `warn` nor `audit` asks for `restricted`, nobody learns that a pod is laxer than it need be, and the step to enforce it is never taken.",
  remediation:
    "Set `pod-security.kubernetes.io/warn: restricted`. It refuses nothing; people see a warning when they apply a pod that would not fit.",
  equivalents: [],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
  target: "namespace",
  when: "!(object.metadata.?name.orValue('') in ['kube-system', 'kube-public', 'kube-node-lease'])",
  validate:
    "['enforce', 'warn', 'audit'].exists(mode, object.metadata.?labels[?('pod-security.kubernetes.io/' + mode)].orValue('') == 'restricted')",
  path: 'metadata.labels["pod-security.kubernetes.io/warn"]',
  message: "Nobody is told what the restricted standard would refuse",
  fix: [{ set: 'metadata.labels["pod-security.kubernetes.io/warn"]', to: "restricted" }],
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
              name: "shop",
              labels: {
                "pod-security.kubernetes.io/enforce": "baseline",
                "pod-security.kubernetes.io/warn": "restricted",
              },
            },
          },
        ],
      },
    ],
    fail: [
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
  },
});
