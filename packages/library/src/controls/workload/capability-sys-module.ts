import { defineControl } from "@plimsoll/core";

export const capabilitySysModule = defineControl({
  id: "capability-sys-module",
  title: "No container is given CAP_SYS_MODULE",
  severity: "critical",
  why: "Whoever holds SYS_MODULE loads code into the node's kernel, above every namespace and security module; the default seccomp profile opens the call to him. Only a kernel that demands signed modules still stands in the way.",
  remediation:
    "Remove SYS_MODULE, and load the module when the node boots. `/etc/modules-load.d` does that, or the operator that owns the driver. A container that calls `modprobe` at its start fails there; where the module is loaded already, most such programs go on.",
  equivalents: [
    "kubescape:C-0046",
    "trivy:KSV-0120",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "node-takeover",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYS_MODULE', 'CAP_SYS_MODULE'])",
  path: "",
  message: "The container is given CAP_SYS_MODULE",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["NET_ADMIN"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYS_MODULE"] } } } }],
  },
});
