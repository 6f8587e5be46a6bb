/** A container commands the container runtime. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const runtimeSocket = defineEdge({
  id: "runtime-socket",
  title: "A container commands the container runtime",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "Whoever speaks to the runtime's socket starts a privileged container on the node; mounting it read-only makes no difference.",
  brokenBy: ["host-path-runtime-socket"],
  equivalents: ["kubehound/EXPLOIT_CONTAINERD_SOCK"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("socket"), false)),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/run/containerd/containerd.sock" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/run/containerd/containerd.sock" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/local/app.sock" } }] },
      },
      {
        container: {},
        pod: { volumes: [{ name: "host", hostPath: { path: "/run/containerd/containerd.sock" } }] },
      },
    ],
  },
});
