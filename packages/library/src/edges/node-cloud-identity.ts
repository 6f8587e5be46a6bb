/** Root on a node acts as the identity that the cloud gives it. */
import { defineEdge } from "@plimsoll/core";
import { identityExamples, nodeIdentities } from "./node-identity.ts";

export const nodeCloudIdentity = defineEdge({
  id: "node-cloud-identity",
  title: "Root on a node acts as the identity that the cloud gives it",
  from: "node",
  to: "cloud",
  technique: "T1552.005",
  tactic: "credential-access",
  why: "The metadata service answers the node itself: images, volumes and networks of the cloud are in reach of its identity.",
  brokenBy: [],
  find: function* (inventory) {
    for (const [name, to] of nodeIdentities(inventory))
      yield {
        from: { kind: "node", name },
        to,
        resource: { apiVersion: "v1", kind: "Node", namespace: "", name },
        conditions: [`the node is one of ${to.provider}`],
        unsure: ["what the cloud lets the identity do is not seen"],
      };
  },
  examples: { present: [identityExamples.open], absent: [identityExamples.noCloud] },
});
