/** A container opens the node's disks. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const nodeDevices = defineEdge({
  id: "node-devices",
  title: "A container opens the node's disks",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The raw disks of the node hold every file of it.",
  brokenBy: ["host-path-dev"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("dev"), false), [
      "the device control group keeps it out unless the container is privileged",
    ]),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/dev/sda" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/dev/sda" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/dev/fuse" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/dev/sda" } }] } },
    ],
  },
});
