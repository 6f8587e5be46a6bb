/** Code in a container acts as the account whose token it finds. */
import { defineEdge, givenSteps } from "@plimsoll/core";

export const runsAs = defineEdge({
  id: "runs-as",
  title: "Code in a container acts as the account whose token it finds",
  from: "workload",
  to: "subject",
  technique: "T1528",
  tactic: "credential-access",
  why: "The token of the pod's account is mounted into its containers, and good for whatever RBAC gives the account.",
  brokenBy: ["token-automount"],
  given: true,
  equivalents: ["kubehound/IDENTITY_ASSUME", "kubehound/TOKEN_STEAL"],
  find: (inventory) => givenSteps(inventory, "runs-as"),
  examples: {
    present: [{ container: {} }],
    absent: [{ container: {}, pod: { automountServiceAccountToken: false } }],
  },
});
