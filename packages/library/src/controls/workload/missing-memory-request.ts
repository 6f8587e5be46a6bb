import { defineControl } from "@plimsoll/core";

export const missingMemoryRequest = defineControl({
  id: "missing-memory-request",
  title: "Containers say how much memory they need",
  severity: "low",
  why: "A pod without a memory request is the first that the node evicts or kills when memory runs short. Whoever can make a neighbour allocate can so switch this workload off.",
  remediation:
    "Set `resources.requests.memory` to what the container holds at a busy hour, with some room. Too high leaves the pod pending on full nodes; too low brings it nearer to eviction. 128Mi is a first guess to be replaced.",
  equivalents: [
    "kubescape:C-0269",
    "kubescape:C-0004",
    "trivy:KSV-0016",
    "kube-linter:unset-memory-requirements",
    "polaris:memoryRequestsMissing",
    "checkov:CKV_K8S_12",
    "kube-score:container-resources",
    "gatekeeper:k8scontainerrequests",
    "popeye:106",
    "prowler:core_memory_requests_set",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
  target: "container",
  when: "!pod.spec.?ephemeralContainers.orValue([]).exists(debug, debug.name == container.name)",
  validate:
    "[container.?resources.?requests, container.?resources.?limits, pod.spec.?resources.?requests, pod.spec.?resources.?limits].exists(list, 'memory' in list.orValue({}))",
  path: "resources.requests.memory",
  message: "The container does not say how much memory it needs",
  fix: [{ set: "resources.requests.memory", to: "128Mi" }],
  examples: {
    pass: [
      { container: { resources: { requests: { memory: "256Mi" } } } },
      {
        name: "a limit is a request too, where none is set",
        container: { resources: { limits: { memory: "256Mi" } } },
      },
    ],
    fail: [{ container: {} }, { container: { resources: { requests: { cpu: "100m" } } } }],
  },
});
