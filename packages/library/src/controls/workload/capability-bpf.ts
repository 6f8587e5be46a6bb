import { defineControl } from "@plimsoll/core";

export const capabilityBpf = defineControl({
  id: "capability-bpf",
  title: "No container is given CAP_BPF or CAP_PERFMON",
  severity: "high",
  why: "These two load programs into the kernel and watch it: together they read the memory of every process on the node, arguments, keys and traffic included. The verifier that should contain them has been broken repeatedly.",
  remediation:
    "Remove BPF and PERFMON from `capabilities.add`. Only the node's own observability or network agent needs them: keep that one in a namespace of its own. Tracing, profiling and eBPF network features of this container stop.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "host-read",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['BPF', 'CAP_BPF', 'PERFMON', 'CAP_PERFMON'])",
  path: "",
  message: "The container may load programs into the kernel or watch it",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["FOWNER"] } } } }],
    fail: [
      { container: { securityContext: { capabilities: { add: ["BPF"] } } } },
      { container: { securityContext: { capabilities: { add: ["PERFMON"] } } } },
    ],
  },
});
