/** An account takes an identity of the cloud. */
import { defineEdge, givenSteps } from "@plimsoll/core";

export const takesCloudRole = defineEdge({
  id: "takes-cloud-role",
  title: "An account takes an identity of the cloud",
  from: "subject",
  to: "cloud",
  technique: "T1078.004",
  tactic: "lateral-movement",
  why: "The cloud exchanges the account's token for an identity of its own, with rights over what lies outside of the cluster.",
  brokenBy: [],
  given: true,
  find: (inventory) => givenSteps(inventory, "takes-cloud-role"),
  examples: {
    present: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: {
              name: "web",
              namespace: "shop",
              annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/web" },
            },
          },
        ],
      },
    ],
    absent: [
      {
        resources: [
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web", namespace: "shop" } },
        ],
      },
    ],
  },
});
