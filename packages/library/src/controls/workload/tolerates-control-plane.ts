import { defineControl } from "@plimsoll/core";

export const toleratesControlPlane = defineControl({
  id: "tolerates-control-plane",
  title: "Pods are not let onto control-plane nodes",
  severity: "medium",
  why: "Beside the API server and etcd, an escape from this pod finds the cluster's certificate authority and every Secret, where on a worker it would find one node's share.",
  remediation:
    "Remove the toleration for `node-role.kubernetes.io/control-plane` (or `master`). Components of the control plane and node agents have it by function. Clusters with only control-plane nodes have nowhere else to run: untaint those instead.",
  equivalents: [],
  grants: "lateral-movement",
  reference:
    "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint",
  target: "pod",
  each: "spec.tolerations",
  validate:
    "!(item.?key.orValue('') in ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'])",
  path: "",
  message: "The pod is let onto control-plane nodes",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ pod: { tolerations: [{ key: "dedicated", operator: "Exists" }] } }, { pod: {} }],
    fail: [
      {
        pod: {
          tolerations: [
            { key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" },
          ],
        },
      },
    ],
  },
});
