import { defineControl } from "@plimsoll/core";
import { selinuxTypes, selinuxTypesBefore31 } from "./selinux.ts";

export const selinuxType = defineControl({
  id: "selinux-type",
  title: "Containers keep an SELinux type made for containers",
  severity: "medium",
  why: "The type decides what SELinux lets a process touch. `spc_t` lets it touch everything, and other types were written for node services: code that leaves the container's namespaces then meets no second wall.",
  remediation:
    "Remove `seLinuxOptions.type`, so that the runtime assigns `container_t`. Denials appear in the node's audit log as `avc: denied`; answer them with a relabelled volume or a policy module of your own, generated with udica.",
  equivalents: ["trivy:KSV-0025", "kyverno:disallow-selinux", "gatekeeper:k8spspselinuxv2"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate: `container.?securityContext.?seLinuxOptions.?type.orValue('') in ${selinuxTypes}`,
  versions: [
    {
      until: "1.30",
      validate: `container.?securityContext.?seLinuxOptions.?type.orValue('') in ${selinuxTypesBefore31}`,
    },
  ],
  path: "securityContext.seLinuxOptions.type",
  message: "The container sets an SELinux type that is not made for containers",
  fix: [{ remove: "securityContext.seLinuxOptions.type" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { seLinuxOptions: { type: "container_init_t" } } } },
    ],
    fail: [
      { container: { securityContext: { seLinuxOptions: { type: "spc_t" } } } },
      { version: "1.30", container: { securityContext: { seLinuxOptions: { type: "container_engine_t" } } } },
    ],
  },
});
