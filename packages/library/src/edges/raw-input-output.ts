/** A container reads and writes the node's ports and memory. */
import { defineEdge } from "@plimsoll/core";
import { capabilityEscapes } from "./capability.ts";

export const rawInputOutput = defineEdge({
  id: "raw-input-output",
  title: "A container reads and writes the node's ports and memory",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "SYS_RAWIO reaches physical memory and devices, where the kernel keeps its secrets and its rights.",
  brokenBy: ["capability-sys-rawio", "capability-all"],
  find: (inventory) =>
    capabilityEscapes(inventory, {
      name: "SYS_RAWIO",
      control: "capability-sys-rawio",
      doubts: ["it takes a device of memory, which the device control group keeps out by default"],
    }),
  examples: {
    present: [
      { container: { securityContext: { capabilities: { add: ["SYS_RAWIO"] } } } },
      { container: { securityContext: { capabilities: { add: ["ALL"] } } } },
    ],
    absent: [
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
      { container: { securityContext: { capabilities: { add: ["SYS_RAWIO"] } } }, pod: { hostUsers: false } },
    ],
  },
});
