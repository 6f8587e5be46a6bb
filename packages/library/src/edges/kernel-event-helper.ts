/** A container sets the program that the kernel calls for an event. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const kernelEventHelper = defineEdge({
  id: "kernel-event-helper",
  title: "A container sets the program that the kernel calls for an event",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "A writable /sys of the node takes a helper for device events: the kernel runs it as root.",
  brokenBy: ["host-path-sys", "writable-system-path"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("sys"), true), [
      "the kernel must have been built with event helpers",
    ]),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/sys" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/sys" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/mnt/data" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/sys" } }] } },
    ],
  },
});
