/** A container finds Secrets in its environment. */
import { defineEdge } from "@plimsoll/core";
import { secretsOf, secretSightings } from "./secret.ts";

export const secretEnvironment = defineEdge({
  id: "secret-environment",
  title: "A container finds Secrets in its environment",
  from: "workload",
  to: "secret",
  technique: "T1552.007",
  tactic: "credential-access",
  why: "Whoever runs code in the container, or reads its environment from outside, has them.",
  brokenBy: [],
  find: (inventory) => secretSightings(inventory, "is given", secretsOf.environment),
  examples: {
    present: [
      {
        container: {
          env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }],
        },
      },
      { container: { envFrom: [{ secretRef: { name: "db" } }] } },
    ],
    absent: [
      {
        container: {
          env: [{ name: "PASSWORD", valueFrom: { configMapKeyRef: { name: "db", key: "password" } } }],
        },
      },
      { container: { envFrom: [{ configMapRef: { name: "db" } }] } },
    ],
  },
});
