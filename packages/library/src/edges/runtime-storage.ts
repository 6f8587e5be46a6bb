/** A container writes to the files of all containers. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const runtimeStorage = defineEdge({
  id: "runtime-storage",
  title: "A container writes to the files of all containers",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The runtime keeps the file systems of all containers of the node there: code written into one runs as that workload, the privileged ones included.",
  brokenBy: ["host-path-runtime-storage", "writable-system-path"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("storage"), true), [
      "it takes a container on the node that is itself privileged",
    ]),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/containerd" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/containerd" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/mnt/data" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/containerd" } }] } },
    ],
  },
});
