import { defineControl } from "@plimsoll/core";

export const capabilitySysPtrace = defineControl({
  id: "capability-sys-ptrace",
  title: "No container is given CAP_SYS_PTRACE",
  severity: "high",
  why: "SYS_PTRACE reads and rewrites the memory of every process its holder can see. In a pod with a shared process namespace that is the neighbour's keys; with `hostPID` it is any process of the node, and so the node.",
  remediation:
    "Remove SYS_PTRACE from `capabilities.add`. A process may trace its own children without it, and `kubectl debug --profile=general` adds it to a short-lived debug container instead. Profilers and crash handlers that attach to other processes stop working.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "lateral-movement",
  reference: "https://man7.org/linux/man-pages/man2/ptrace.2.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYS_PTRACE', 'CAP_SYS_PTRACE'])",
  path: "",
  message: "The container is given CAP_SYS_PTRACE",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["KILL"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYS_PTRACE"] } } } }],
  },
});
