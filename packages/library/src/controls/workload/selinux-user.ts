import { defineControl } from "@plimsoll/core";

export const selinuxUser = defineControl({
  id: "selinux-user",
  title: "Containers set no SELinux user or role",
  severity: "low",
  why: "User and role decide which SELinux types a process may move into. One of the node's (`unconfined_u`, `sysadm_r`) opens the way from the container's type to types that are not confined.",
  remediation:
    "Remove `user` and `role` from the container's seLinuxOptions and keep only `level` where volumes are shared. Nothing that runs under the runtime's policy depends on them.",
  equivalents: ["trivy:KSV-0025", "kyverno:disallow-selinux", "gatekeeper:k8spspselinuxv2"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate:
    "container.?securityContext.?seLinuxOptions.?user.orValue('') == '' && container.?securityContext.?seLinuxOptions.?role.orValue('') == ''",
  path: "securityContext.seLinuxOptions",
  message: "The container sets an SELinux user or role",
  fix: [{ remove: "securityContext.seLinuxOptions.user" }, { remove: "securityContext.seLinuxOptions.role" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { seLinuxOptions: { level: "s0:c123,c456" } } } },
    ],
    fail: [
      { container: { securityContext: { seLinuxOptions: { user: "unconfined_u" } } } },
      { container: { securityContext: { seLinuxOptions: { role: "sysadm_r" } } } },
    ],
  },
});
