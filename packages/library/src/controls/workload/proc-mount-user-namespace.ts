import { defineControl } from "@plimsoll/core";

export const procMountUserNamespace = defineControl({
  id: "proc-mount-user-namespace",
  title: "Containers in user namespaces keep the masks over /proc too",
  severity: "low",
  why: "In a user namespace the unmasked `/proc` no longer leads to root on the node, yet it shows more of the kernel (timers, keys, interrupts) than a program needs, and an exploit of the kernel starts with what it can see.",
  remediation:
    "Remove `procMount: Unmasked` unless this container runs containers itself. Builders and nested runtimes fail without it, at the moment they mount a `/proc` of their own; leave those, by exception, in a namespace of their own.",
  equivalents: [
    "trivy:KSV-0027",
    "kube-linter:unsafe-proc-mount",
    "polaris:procMount",
    "kyverno:disallow-proc-mount",
    "gatekeeper:k8spspprocmount",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  since: "1.35",
  validate:
    "container.?securityContext.?procMount.orValue('Default') == 'Default' || pod.spec.?hostUsers.orValue(true)",
  path: "securityContext.procMount",
  message: "The container sees /proc without the runtime's masks, inside a user namespace",
  fix: [{ remove: "securityContext.procMount" }],
  examples: {
    pass: [
      { container: { securityContext: { procMount: "Default" } }, pod: { hostUsers: false } },
      { container: {} },
    ],
    fail: [{ container: { securityContext: { procMount: "Unmasked" } }, pod: { hostUsers: false } }],
  },
});
