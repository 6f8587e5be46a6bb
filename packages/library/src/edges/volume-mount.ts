/** A workload writes to a volume that another one mounts. */
import { defineEdge, someContainer } from "@plimsoll/core";
import { claimExamples, sharedClaims } from "./claims.ts";

export const volumeMount = defineEdge({
  id: "volume-mount",
  title: "A workload writes to a volume that another one mounts",
  from: "workload",
  to: "volume",
  technique: "T1080",
  tactic: "lateral-movement",
  why: "Whoever runs code in the workload reads and changes the files that the other works with.",
  brokenBy: [],
  equivalents: ["kubehound/VOLUME_ACCESS", "kubehound/VOLUME_DISCOVER"],
  find: function* (inventory) {
    for (const { namespace, name, users } of sharedClaims(inventory))
      for (const { workload, writable } of users)
        if (writable)
          yield {
            from: someContainer(workload.root, inventory),
            to: { kind: "volume", namespace, name },
            resource: workload.ref,
            conditions: [`it mounts the claim ${name}, writable`],
          };
  },
  examples: { present: [claimExamples.shared], absent: [claimExamples.apart, claimExamples.readOnly] },
});
