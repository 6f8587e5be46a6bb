/** Root on a node holds whatever runs on it. */
import { defineEdge, givenSteps } from "@plimsoll/core";

export const hosts = defineEdge({
  id: "hosts",
  title: "Root on a node holds whatever runs on it",
  from: "node",
  to: "workload",
  technique: "T1552.007",
  tactic: "credential-access",
  why: "The file systems, memory, secrets and tokens of every pod of the node are in the hands of its root.",
  brokenBy: [],
  given: true,
  equivalents: ["kubehound/POD_ATTACH", "kubehound/CONTAINER_ATTACH"],
  find: function* (inventory) {
    for (const step of givenSteps(inventory, "hosts"))
      if (step.from.kind === "node" && step.to.kind === "workload") yield step;
  },
  examples: {
    present: [{ container: {}, pod: { nodeName: "worker" } }],
    absent: [{ container: {} }],
  },
});
