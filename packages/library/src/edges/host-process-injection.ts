/** A container writes into the processes of the node. */
import { defineEdge } from "@plimsoll/core";
import { capabilityEscapes } from "./capability.ts";

export const hostProcessInjection = defineEdge({
  id: "host-process-injection",
  title: "A container writes into the processes of the node",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "With the node's processes in sight and the right to trace them, code is put into one that runs as root.",
  brokenBy: ["host-pid", "capability-sys-ptrace", "capability-all"],
  equivalents: ["kubehound/CE_SYS_PTRACE"],
  find: (inventory) =>
    capabilityEscapes(inventory, {
      name: "SYS_PTRACE",
      control: "capability-sys-ptrace",
      needs: "hostPID",
      besides: ["host-pid"],
    }),
  examples: {
    present: [
      { container: { securityContext: { capabilities: { add: ["SYS_PTRACE"] } } }, pod: { hostPID: true } },
    ],
    absent: [
      { container: { securityContext: { capabilities: { add: ["SYS_PTRACE"] } } } },
      { container: { securityContext: { capabilities: { add: ["CHOWN"] } } }, pod: { hostPID: true } },
    ],
  },
});
