import { defineControl } from "@plimsoll/core";

export const systemPriority = defineControl({
  id: "system-priority",
  title: "Only system components have system priority",
  severity: "medium",
  why: "`system-node-critical` and `system-cluster-critical` push other pods off a full node. One scaled-up workload with it drives the cluster's tenants out, security agents among them.",
  remediation:
    "Give the workload a PriorityClass of your own (they end at 1000000000), or none. On full nodes it then waits, and may itself be evicted earlier.",
  equivalents: [],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
  target: "pod",
  when: "object.metadata.?namespace.orValue('') != 'kube-system'",
  validate:
    "!(pod.spec.?priorityClassName.orValue('') in ['system-node-critical', 'system-cluster-critical'])",
  path: "spec.priorityClassName",
  message: "The pod pushes others off full nodes with system priority",
  fix: [{ remove: "spec.priorityClassName" }, { remove: "spec.priority" }],
  examples: {
    pass: [
      { pod: {} },
      {
        name: "a system component",
        metadata: { namespace: "kube-system" },
        pod: { priorityClassName: "system-node-critical" },
      },
    ],
    fail: [{ pod: { priorityClassName: "system-cluster-critical" } }],
  },
});
