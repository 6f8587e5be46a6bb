/** A container writes to the node's system directories. */
import { defineEdge } from "@plimsoll/core";
import { systemHostPlaces } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const hostFileWrite = defineEdge({
  id: "host-file-write",
  title: "A container writes to the node's system directories",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "A cron line, a program, a network plugin or a static pod that is written there runs as root on the node.",
  brokenBy: ["writable-system-path"],
  equivalents: ["kubehound/EXPLOIT_HOST_WRITE"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, systemHostPlaces, true)),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/etc" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/etc" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/mnt/data" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/etc" } }] } },
    ],
  },
});
