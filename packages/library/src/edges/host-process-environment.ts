/** A container reads the environment of the node's processes. */
import { defineEdge } from "@plimsoll/core";
import { escapes } from "./escape.ts";

export const hostProcessEnvironment = defineEdge({
  id: "host-process-environment",
  title: "A container reads the environment of the node's processes",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The environment and arguments of every process of its own user are in sight, credentials among them.",
  brokenBy: ["host-pid"],
  find: (inventory) =>
    escapes(
      inventory,
      ({ spec }) => (spec["hostPID"] === true ? ["the pod shares the node's process namespace"] : undefined),
      ["it takes a process of the same user that carries a credential of the node"],
    ),
  examples: {
    present: [{ container: {}, pod: { hostPID: true } }],
    absent: [{ container: {}, pod: { hostPID: false } }],
  },
});
