/** A container reads the Secrets that are mounted into it. */
import { defineEdge } from "@plimsoll/core";
import { secretsOf, secretSightings } from "./secret.ts";

export const secretMount = defineEdge({
  id: "secret-mount",
  title: "A container reads the Secrets that are mounted into it",
  from: "workload",
  to: "secret",
  technique: "T1552.007",
  tactic: "credential-access",
  why: "Whoever runs code in the container reads the files.",
  brokenBy: [],
  equivalents: ["kubehound/VOLUME_ACCESS"],
  find: (inventory) => secretSightings(inventory, "mounts", secretsOf.mounts),
  examples: {
    present: [
      { container: {}, pod: { volumes: [{ name: "s", secret: { secretName: "db" } }] } },
      {
        container: {},
        pod: { volumes: [{ name: "s", projected: { sources: [{ secret: { name: "db" } }] } }] },
      },
    ],
    absent: [{ container: {}, pod: { volumes: [{ name: "s", configMap: { name: "db" } }] } }],
  },
});
