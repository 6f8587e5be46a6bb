import { defineControl } from "@plimsoll/core";
import { selinuxTypes, selinuxTypesBefore31 } from "./selinux.ts";

export const podSelinuxType = defineControl({
  id: "pod-selinux-type",
  title: "Pods keep an SELinux type made for containers",
  severity: "medium",
  why: "Set on the pod, the type holds for every container that names none. With `spc_t` SELinux confines none of them, and code that leaves its namespaces meets no second wall.",
  remediation:
    "Remove `seLinuxOptions.type` from the pod's securityContext, so that the runtime assigns `container_t`. Look for `avc: denied` in the node's audit log and answer it with a relabelled volume or a policy module of your own.",
  equivalents: ["trivy:KSV-0025", "kyverno:disallow-selinux", "gatekeeper:k8spspselinuxv2"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: `pod.spec.?securityContext.?seLinuxOptions.?type.orValue('') in ${selinuxTypes}`,
  versions: [
    {
      until: "1.30",
      validate: `pod.spec.?securityContext.?seLinuxOptions.?type.orValue('') in ${selinuxTypesBefore31}`,
    },
  ],
  path: "spec.securityContext.seLinuxOptions.type",
  message: "The pod sets an SELinux type that is not made for containers",
  fix: [{ remove: "spec.securityContext.seLinuxOptions.type" }],
  examples: {
    pass: [{ pod: {} }, { pod: { securityContext: { seLinuxOptions: { type: "container_kvm_t" } } } }],
    fail: [{ pod: { securityContext: { seLinuxOptions: { type: "spc_t" } } } }],
  },
});
