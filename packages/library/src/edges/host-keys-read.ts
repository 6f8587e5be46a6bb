/** A container reads the keys of the control plane. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const hostKeysRead = defineEdge({
  id: "host-keys-read",
  title: "A container reads the keys of the control plane",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The files under /etc/kubernetes hold the keys of the API server and of its administrators, and the kubelet's.",
  brokenBy: ["host-path-control-plane"],
  equivalents: ["kubehound/EXPLOIT_HOST_READ"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("controlPlane"), false)),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/etc/kubernetes" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/etc/kubernetes" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/etc/ssl" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/etc/kubernetes" } }] } },
    ],
  },
});
