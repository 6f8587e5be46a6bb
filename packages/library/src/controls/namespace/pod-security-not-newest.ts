import { defineControl } from "@plimsoll/core";

export const podSecurityNotNewest = defineControl({
  id: "pod-security-not-newest",
  title: "Namespaces enforce the current Pod Security Standard",
  severity: "low",
  why: "`enforce-version` pins the checks to those of that release. Holes that later checks close stay open here, though the label says restricted.",
  remediation:
    "Set `pod-security.kubernetes.io/enforce-version` to `latest`, or remove it, after `kubectl label --dry-run=server` has named no pod. New checks then come with each upgrade of the cluster.",
  equivalents: [],
  target: "namespace",
  when: "object.metadata.?labels[?'pod-security.kubernetes.io/enforce-version'].hasValue()",
  validate: "object.metadata.labels['pod-security.kubernetes.io/enforce-version'] == 'latest'",
  path: 'metadata.labels["pod-security.kubernetes.io/enforce-version"]',
  message: "The namespace enforces the checks of an older release",
  fix: [{ set: 'metadata.labels["pod-security.kubernetes.io/enforce-version"]', to: "latest" }],
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
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "latest",
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
            metadata: {
              name: "shop",
              labels: {
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "v1.24",
              },
            },
          },
        ],
      },
    ],
  },
});
