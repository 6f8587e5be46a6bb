import { defineControl } from "@plimsoll/core";

export const capabilitySysRawio = defineControl({
  id: "capability-sys-rawio",
  title: "No container is given CAP_SYS_RAWIO",
  severity: "high",
  why: "SYS_RAWIO talks to hardware ports directly and sends raw commands to disks. Past the kernel's checks, that is a way into its memory and onto the node's disk.",
  remediation:
    "Remove SYS_RAWIO from `capabilities.add`. Disk-health tools ask for it to send SMART commands: run those on the node, or as one agent in a namespace of its own.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "node-takeover",
  reference: "https://man7.org/linux/man-pages/man2/iopl.2.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYS_RAWIO', 'CAP_SYS_RAWIO'])",
  path: "",
  message: "The container is given CAP_SYS_RAWIO",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["MKNOD"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYS_RAWIO"] } } } }],
  },
});
