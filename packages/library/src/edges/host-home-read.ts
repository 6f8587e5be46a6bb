/** A container reads the home directories of the node. */
import { defineEdge } from "@plimsoll/core";
import { hostPlace } from "../controls/workload/host-paths.ts";
import { escapes, mountAt } from "./escape.ts";

export const hostHomeRead = defineEdge({
  id: "host-home-read",
  title: "A container reads the home directories of the node",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "The SSH keys and the kubeconfig of whoever administers the node lie there.",
  brokenBy: ["host-path-home"],
  equivalents: ["kubehound/EXPLOIT_HOST_READ"],
  find: (inventory) =>
    escapes(inventory, ({ container, spec }) => mountAt(spec, container, hostPlace("home"), false), [
      "it takes a key or a kubeconfig that was left there",
    ]),
  examples: {
    present: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/root" } }] },
      },
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/root" } }] },
      },
    ],
    absent: [
      {
        container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
        pod: { volumes: [{ name: "host", hostPath: { path: "/mnt/data" } }] },
      },
      { container: {}, pod: { volumes: [{ name: "host", hostPath: { path: "/root" } }] } },
    ],
  },
});
