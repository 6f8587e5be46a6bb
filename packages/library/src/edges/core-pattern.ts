/** A container sets the program that the kernel calls for a crash. */
import { defineEdge } from "@plimsoll/core";
import { escapes, mountAt } from "./escape.ts";

/** The file itself, or a directory above it. */
const pattern = "^/proc(/sys(/kernel(/core_pattern)?)?)?/?$";

export const corePattern = defineEdge({
  id: "core-pattern",
  title: "A container sets the program that the kernel calls for a crash",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "A writable /proc of the node takes a core pattern: the kernel runs what it names as root, outside of all containers.",
  brokenBy: ["host-path-proc", "writable-system-path"],
  equivalents: ["kubehound/CE_UMH_CORE_PATTERN"],
  find: (inventory) => escapes(inventory, ({ container, spec }) => mountAt(spec, container, pattern, true)),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/proc" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/proc" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/proc/sys/net" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/proc" } }] } },
    ],
  },
});
