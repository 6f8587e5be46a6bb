/** A container opens the node's files by their handles. */
import { defineEdge } from "@plimsoll/core";
import { capabilityEscapes } from "./capability.ts";

export const hostFileHandles = defineEdge({
  id: "host-file-handles",
  title: "A container opens the node's files by their handles",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "DAC_READ_SEARCH opens files by handle, past the mounts of the container: the keys and tokens of the node are read.",
  brokenBy: ["capability-dac-read-search", "capability-all"],
  find: (inventory) =>
    capabilityEscapes(inventory, {
      name: "DAC_READ_SEARCH",
      control: "capability-dac-read-search",
      doubts: ["the handle must be of a file system that the container sees a part of"],
    }),
  examples: {
    present: [
      { container: { securityContext: { capabilities: { add: ["DAC_READ_SEARCH"] } } } },
      { container: { securityContext: { capabilities: { add: ["ALL"] } } } },
    ],
    absent: [
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
      {
        container: { securityContext: { capabilities: { add: ["DAC_READ_SEARCH"] } } },
        pod: { hostUsers: false },
      },
    ],
  },
});
