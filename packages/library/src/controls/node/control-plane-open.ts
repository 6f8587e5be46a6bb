import { defineControl } from "@plimsoll/core";

export const controlPlaneOpen = defineControl({
  id: "control-plane-open",
  title: "Control-plane nodes take no ordinary pods",
  severity: "medium",
  why: "A pod beside etcd and the API server needs one way out of its container to hold the cluster's keys.",
  remediation:
    "Put the taint `node-role.kubernetes.io/control-plane:NoSchedule` back. Pods that run there stay until they are deleted, then need room elsewhere; on a cluster of one node accept this finding.",
  equivalents: [],
  grants: "lateral-movement",
  target: "node",
  when: "object.metadata.?labels.orValue({}).exists(label, label in ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'])",
  validate:
    "object.?spec.?taints.orValue([]).exists(taint, taint.key in ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'] && taint.effect in ['NoSchedule', 'NoExecute'])",
  path: "spec.taints",
  message: "Ordinary pods may run beside the control plane",
  fix: [
    { append: "spec.taints", value: { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" } },
  ],
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "cp-1", labels: { "node-role.kubernetes.io/control-plane": "" } },
            spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "cp-1", labels: { "node-role.kubernetes.io/control-plane": "" } },
            spec: {},
          },
        ],
      },
    ],
  },
});
