import { defineControl } from "@plimsoll/core";

export const controlPlaneNodeSelector = defineControl({
  id: "control-plane-node-selector",
  title: "Pods are not sent to control-plane nodes",
  severity: "medium",
  why: "The pod asks to run where the API server and etcd run. An escape from it finds the cluster's certificate authority and every Secret.",
  remediation:
    "Remove `node-role.kubernetes.io/control-plane` (or `master`) from `nodeSelector` and let the pod run on workers. What reads the control plane's files or its loopback ports has no other place: keep it in kube-system, by exception.",
  equivalents: [],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
  target: "pod",
  validate:
    "!['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'].exists(label, label in pod.spec.?nodeSelector.orValue({}))",
  path: "spec.nodeSelector",
  message: "The pod asks to run on a control-plane node",
  fix: [
    { remove: 'spec.nodeSelector["node-role.kubernetes.io/control-plane"]' },
    { remove: 'spec.nodeSelector["node-role.kubernetes.io/master"]' },
  ],
  examples: {
    pass: [{ pod: { nodeSelector: { "kubernetes.io/os": "linux" } } }, { pod: {} }],
    fail: [{ pod: { nodeSelector: { "node-role.kubernetes.io/control-plane": "" } } }],
  },
});
