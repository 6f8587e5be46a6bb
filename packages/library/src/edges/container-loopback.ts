/** A container connects to what listens in those beside it. */
import { defineEdge } from "@plimsoll/core";
import { besides, companyExamples } from "./company.ts";

export const containerLoopback = defineEdge({
  id: "container-loopback",
  title: "A container connects to what listens in those beside it",
  from: "container",
  to: "container",
  technique: "T1210",
  tactic: "lateral-movement",
  why: "The containers of a pod share its network, which no policy divides, and what volumes they both mount: a proxy or a collector beside the program trusts whoever speaks from the loopback address.",
  brokenBy: [],
  find: (inventory) =>
    besides(inventory, () => ({
      conditions: ["the containers of the pod share its network"],
      unsure: ["whether what listens there can be taken over is not seen"],
    })),
  examples: { present: [companyExamples.two], absent: [companyExamples.one] },
});
