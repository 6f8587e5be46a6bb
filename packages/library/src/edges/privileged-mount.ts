/** A privileged container mounts the node's disk. */
import { defineEdge } from "@plimsoll/core";
import { escapes, isHostUser } from "./escape.ts";

export const privilegedMount = defineEdge({
  id: "privileged-mount",
  title: "A privileged container mounts the node's disk",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "It opens every device of the node, so that mounting the disk and writing a cron line or a key is root on the node.",
  brokenBy: ["privileged-container"],
  equivalents: ["kubehound/CE_PRIV_MOUNT"],
  find: (inventory) =>
    escapes(inventory, ({ security, spec }) =>
      security["privileged"] === true && isHostUser(spec) ? ["the container is privileged"] : undefined,
    ),
  examples: {
    present: [{ container: { securityContext: { privileged: true } } }],
    absent: [
      { container: { securityContext: { privileged: false } } },
      { container: { securityContext: { privileged: true } }, pod: { hostUsers: false } },
    ],
  },
});
