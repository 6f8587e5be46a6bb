/** A container runs programs of its own in the kernel's tracing. */
import { defineEdge } from "@plimsoll/core";
import { capabilityEscapes } from "./capability.ts";

export const kernelTracing = defineEdge({
  id: "kernel-tracing",
  title: "A container runs programs of its own in the kernel's tracing",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "BPF programs see the memory of every process of the node, and may write to it: tokens are read as they pass.",
  brokenBy: ["capability-bpf", "capability-all"],
  find: (inventory) =>
    capabilityEscapes(inventory, {
      name: "BPF",
      control: "capability-bpf",
      doubts: ["it takes tracing rights besides (PERFMON), or older kernels"],
    }),
  examples: {
    present: [
      { container: { securityContext: { capabilities: { add: ["BPF"] } } } },
      { container: { securityContext: { capabilities: { add: ["ALL"] } } } },
    ],
    absent: [
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
      { container: { securityContext: { capabilities: { add: ["BPF"] } } }, pod: { hostUsers: false } },
    ],
  },
});
