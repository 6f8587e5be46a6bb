/** A container has the kubelet read files for it. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const logSymlink = defineEdge({
  id: "log-symlink",
  title: "A container has the kubelet read files for it",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "A link laid in the node's logs leads the kubelet, which serves logs as root, to any file of the node.",
  brokenBy: ["host-path-log", "writable-system-path"],
  equivalents: ["kubehound/CE_VAR_LOG_SYMLINK"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("log"), true), [
      "it takes the right to read logs besides",
    ]),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/log" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/log" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/mnt/data" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/var/log" } }] } },
    ],
  },
});
