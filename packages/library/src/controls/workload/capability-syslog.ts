import { defineControl } from "@plimsoll/core";

export const capabilitySyslog = defineControl({
  id: "capability-syslog",
  title: "No container is given CAP_SYSLOG",
  severity: "medium",
  why: "SYSLOG reads the node's kernel log and the kernel's addresses, the two things a kernel exploit is missing before it works. It can also clear the log afterwards.",
  remediation:
    "Remove SYSLOG; collect the kernel log with the node's own log agent. Programs that call `dmesg` in the container see nothing.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:insecureCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "information",
  reference: "https://man7.org/linux/man-pages/man2/syslog.2.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYSLOG', 'CAP_SYSLOG'])",
  path: "",
  message: "The container is given CAP_SYSLOG",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["AUDIT_WRITE"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYSLOG"] } } } }],
  },
});
