/** A container reads the kubelet's directory. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const kubeletDirectory = defineEdge({
  id: "kubelet-directory",
  title: "A container reads the kubelet's directory",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The kubelet's key, and the tokens and secrets of every pod on the node, lie in it.",
  brokenBy: ["host-path-kubelet"],
  equivalents: ["kubehound/EXPLOIT_HOST_TRAVERSE", "kubehound/TOKEN_STEAL"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("kubelet"), false)),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/kubelet" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/kubelet" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/kubelet-plugins" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/var/lib/kubelet" } }] } },
    ],
  },
});
