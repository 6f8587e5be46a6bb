import { defineControl } from "@plimsoll/core";

export const podSelinuxUser = defineControl({
  id: "pod-selinux-user",
  title: "Pods set no SELinux user or role",
  severity: "low",
  why: "Set on the pod, user and role hold for every container that names none, and decide which SELinux types their processes may move into: with those of the node, types that are not confined.",
  remediation:
    "Remove `user` and `role` from the pod's seLinuxOptions and keep only `level` where volumes are shared. Nothing that runs under the runtime's policy depends on them.",
  equivalents: ["trivy:KSV-0025", "kyverno:disallow-selinux", "gatekeeper:k8spspselinuxv2"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate:
    "pod.spec.?securityContext.?seLinuxOptions.?user.orValue('') == '' && pod.spec.?securityContext.?seLinuxOptions.?role.orValue('') == ''",
  path: "spec.securityContext.seLinuxOptions",
  message: "The pod sets an SELinux user or role",
  fix: [
    { remove: "spec.securityContext.seLinuxOptions.user" },
    { remove: "spec.securityContext.seLinuxOptions.role" },
  ],
  examples: {
    pass: [{ pod: {} }, { pod: { securityContext: { seLinuxOptions: { level: "s0:c123,c456" } } } }],
    fail: [
      { pod: { securityContext: { seLinuxOptions: { user: "system_u" } } } },
      { pod: { securityContext: { seLinuxOptions: { role: "system_r" } } } },
    ],
  },
});
