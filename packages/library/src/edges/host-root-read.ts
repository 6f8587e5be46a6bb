/** A container reads the whole of the node's disk. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const hostRootRead = defineEdge({
  id: "host-root-read",
  title: "A container reads the whole of the node's disk",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The kubelet's key, the tokens of every pod and the keys of the control plane lie on it.",
  brokenBy: ["host-path-root"],
  equivalents: ["kubehound/EXPLOIT_HOST_READ"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("root"), false)),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/mnt/data" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/" } }] } },
    ],
  },
});
