/** A container loads a module into the kernel. */
import { defineEdge } from "@plimsoll/core";
import { capabilityEscapes } from "./capability.ts";

export const kernelModuleLoad = defineEdge({
  id: "kernel-module-load",
  title: "A container loads a module into the kernel",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "All containers and the node share one kernel: a module of the attacker runs there with every right.",
  brokenBy: ["capability-sys-module", "capability-all"],
  equivalents: ["kubehound/CE_MODULE_LOAD"],
  find: (inventory) => capabilityEscapes(inventory, { name: "SYS_MODULE", control: "capability-sys-module" }),
  examples: {
    present: [
      { container: { securityContext: { capabilities: { add: ["SYS_MODULE"] } } } },
      { container: { securityContext: { capabilities: { add: ["ALL"] } } } },
    ],
    absent: [
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
      {
        container: { securityContext: { capabilities: { add: ["SYS_MODULE"] } } },
        pod: { hostUsers: false },
      },
    ],
  },
});
