import { defineControl } from "@plimsoll/core";

export const capabilitySysAdmin = defineControl({
  id: "capability-sys-admin",
  title: "No container is given CAP_SYS_ADMIN",
  severity: "critical",
  why: "SYS_ADMIN mounts file systems and steps between namespaces, and the default seccomp profile opens those calls to whoever holds it. Escapes by way of a mounted cgroup or disk are public and short: it is root on the node under another name.",
  remediation:
    "Remove SYS_ADMIN from `capabilities.add`. There is mostly a narrower right: BPF or PERFMON for tracing, a CSI driver for mounts, `hostUsers: false` for building images. Mounts, `setns` and file system quotas inside the container fail afterwards.",
  equivalents: [
    "kubescape:C-0046",
    "trivy:KSV-0005",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "checkov:CKV_K8S_39",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "node-takeover",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYS_ADMIN', 'CAP_SYS_ADMIN'])",
  path: "",
  message: "The container is given CAP_SYS_ADMIN",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
    ],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } } }],
  },
});
