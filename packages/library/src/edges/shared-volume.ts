/** A workload takes in what another one wrote to their volume. */
import { defineEdge, workloadVertex } from "@plimsoll/core";
import { claimExamples, sharedClaims } from "./claims.ts";

export const sharedVolume = defineEdge({
  id: "shared-volume",
  title: "A workload takes in what another one wrote to their volume",
  from: "volume",
  to: "workload",
  technique: "T1080",
  tactic: "lateral-movement",
  why: "A program, a template or a configuration file on a shared volume is run or trusted by the next one that reads it.",
  brokenBy: [],
  equivalents: ["kubehound/VOLUME_ACCESS"],
  find: function* (inventory) {
    for (const { namespace, name, users } of sharedClaims(inventory))
      for (const { workload } of users)
        yield {
          from: { kind: "volume", namespace, name },
          to: workloadVertex(workload),
          resource: workload.ref,
          conditions: [`it mounts the claim ${name}`],
          unsure: ["whether it runs or trusts what lies on the volume is not seen"],
        };
  },
  examples: { present: [claimExamples.shared], absent: [claimExamples.apart] },
});
