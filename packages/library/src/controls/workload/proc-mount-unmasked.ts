import { defineControl } from "@plimsoll/core";

export const procMountUnmasked = defineControl({
  id: "proc-mount-unmasked",
  title: "Containers keep the runtime's masks over /proc",
  severity: "critical",
  why: "The masks keep `/proc/sys` read-only and hide `/proc/kcore` and its like. Unmasked, root in the container names the program that the node's kernel starts, as root of the node, when a process crashes (`core_pattern`).",
  remediation:
    "Remove `procMount: Unmasked`. Nested containers are what it is for: give those a user namespace (`hostUsers: false`), which Kubernetes demands beside it by now anyway. Building or running containers inside the container fails without it.",
  equivalents: [
    "trivy:KSV-0027",
    "kube-linter:unsafe-proc-mount",
    "polaris:procMount",
    "kyverno:disallow-proc-mount",
    "gatekeeper:k8spspprocmount",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate:
    "container.?securityContext.?procMount.orValue('Default') == 'Default' || !pod.spec.?hostUsers.orValue(true)",
  versions: [
    { until: "1.34", validate: "container.?securityContext.?procMount.orValue('Default') == 'Default'" },
  ],
  path: "securityContext.procMount",
  message: "The container sees /proc without the runtime's masks",
  fix: [{ remove: "securityContext.procMount" }],
  examples: {
    pass: [
      { container: { securityContext: { procMount: "Default" } } },
      {
        name: "inside a user namespace",
        container: { securityContext: { procMount: "Unmasked" } },
        pod: { hostUsers: false },
      },
    ],
    fail: [
      {
        name: "older standards made no exception for user namespaces",
        version: "1.34",
        container: { securityContext: { procMount: "Unmasked" } },
        pod: { hostUsers: false },
      },
    ],
  },
});
