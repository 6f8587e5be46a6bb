import { defineControl } from "@plimsoll/core";

export const capabilitySysBoot = defineControl({
  id: "capability-sys-boot",
  title: "No container is given CAP_SYS_BOOT",
  severity: "high",
  why: "Where no seccomp profile forbids it, the holder of SYS_BOOT loads a kernel of its own (`kexec_load`) for the node to start, and decides what runs on it from then on.",
  remediation:
    "Remove SYS_BOOT from `capabilities.add`. A reboot agent that asks the node's init system does not need it; one that calls `reboot` itself stops doing so.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "node-takeover",
  reference: "https://man7.org/linux/man-pages/man2/kexec_load.2.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYS_BOOT', 'CAP_SYS_BOOT'])",
  path: "",
  message: "The container is given CAP_SYS_BOOT",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["SETGID"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYS_BOOT"] } } } }],
  },
});
