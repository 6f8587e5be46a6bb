/** A Secret holds the lasting token of an account. */
import { defineEdge, givenSteps } from "@plimsoll/core";

export const isTokenOf = defineEdge({
  id: "is-token-of",
  title: "A Secret holds the lasting token of an account",
  from: "secret",
  to: "subject",
  technique: "T1528",
  tactic: "credential-access",
  why: "The token in it never ends and is good from anywhere, for whoever reads the Secret.",
  brokenBy: ["account-token-secret"],
  given: true,
  equivalents: ["kubehound/TOKEN_LIST", "kubehound/TOKEN_BRUTEFORCE"],
  find: function* (inventory) {
    for (const step of givenSteps(inventory, "is-token-of")) if (step.from.kind === "secret") yield step;
  },
  examples: {
    present: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Secret",
            metadata: {
              name: "web-token",
              namespace: "shop",
              annotations: { "kubernetes.io/service-account.name": "web" },
            },
            type: "kubernetes.io/service-account-token",
          },
        ],
      },
    ],
    absent: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Secret",
            metadata: {
              name: "web-token",
              namespace: "shop",
              annotations: { "kubernetes.io/service-account.name": "web" },
            },
            type: "Opaque",
          },
        ],
      },
    ],
  },
});
