/** A privileged container enters the namespaces of the node's first process. */
import { defineEdge } from "@plimsoll/core";
import { escapes } from "./escape.ts";

export const hostPidNsenter = defineEdge({
  id: "host-pid-nsenter",
  title: "A privileged container enters the namespaces of the node's first process",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "With the node's processes in sight, nsenter into process 1 is a root shell on the node.",
  brokenBy: ["privileged-container", "host-pid"],
  equivalents: ["kubehound/CE_NSENTER"],
  find: (inventory) =>
    escapes(inventory, ({ security, spec }) =>
      security["privileged"] === true && spec["hostPID"] === true
        ? ["the container is privileged", "the pod shares the node's process namespace"]
        : undefined,
    ),
  examples: {
    present: [{ container: { securityContext: { privileged: true } }, pod: { hostPID: true } }],
    absent: [
      { container: { securityContext: { privileged: true } } },
      { container: { securityContext: { privileged: false } }, pod: { hostPID: true } },
    ],
  },
});
