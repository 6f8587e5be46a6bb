/** A container reaches into the processes of those beside it. */
import { defineEdge } from "@plimsoll/core";
import { besides, companyExamples } from "./company.ts";

export const shareProcessNamespace = defineEdge({
  id: "share-process-namespace",
  title: "A container reaches into the processes of those beside it",
  from: "container",
  to: "container",
  technique: "T1055",
  tactic: "lateral-movement",
  why: "With one process namespace for the pod, /proc of another container's processes holds its files, its environment and its memory.",
  brokenBy: ["share-process-namespace"],
  equivalents: ["kubehound/SHARE_PS_NAMESPACE"],
  find: (inventory) =>
    besides(inventory, ({ pod: { spec } }) =>
      spec["shareProcessNamespace"] === true
        ? {
            conditions: ["the containers of the pod share their processes"],
            unsure: ["it takes the user of the other container, or root"],
          }
        : undefined,
    ),
  examples: { present: [companyExamples.shared], absent: [companyExamples.two, companyExamples.one] },
});
