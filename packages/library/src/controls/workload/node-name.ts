import { defineControl } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";

export const nodeName = defineControl({
  id: "node-name",
  title: "Workloads leave the choice of node to the scheduler",
  severity: "low",
  why: "A template with `nodeName` goes past the scheduler, and so past taints and free capacity: its pods land on the named node even if that is a control-plane node that should run nothing else.",
  remediation:
    "Remove `nodeName` and state what the pod needs of a node: a `nodeSelector`, an affinity, a toleration. It may land elsewhere then, so look for data it left on that node's disk.",
  equivalents: [],
  reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
  target: "pod",
  when: "object.kind != 'Pod'",
  validate: "pod.spec.?nodeName.orValue('') == ''",
  path: "spec.nodeName",
  message: "The template names a node and goes past the scheduler",
  fix: [{ remove: "spec.nodeName" }],
  examples: {
    pass: [{ name: "the scheduler wrote it", pod: { nodeName: "node-1" } }],
    fail: [{ resources: [webDeployment({}, { nodeName: "control-plane-1" })] }],
  },
});
