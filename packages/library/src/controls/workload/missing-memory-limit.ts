import { defineControl } from "@plimsoll/core";
import { firstGuess } from "./first-guess.ts";

export const missingMemoryLimit = defineControl({
  id: "missing-memory-limit",
  title: "Containers have a memory limit",
  severity: "medium",
  why: "A leak, or a request made to be expensive, takes the node's memory until the kernel kills processes there, other teams' among them.",
  remediation:
    "Set `resources.limits.memory` above the highest use seen, start-up and monthly work included. The patch writes a first guess, 1Gi or more and at least twice the request; the highest `container_memory_working_set_bytes` of a month, and a quarter more, is the number to replace it by. Over its limit the container is killed (`OOMKilled`, exit code 137) and starts again: look for that reason in `kubectl describe pod` after the change.",
  equivalents: [
    "kubescape:C-0271",
    "kubescape:C-0004",
    "kubescape:C-0009",
    "trivy:KSV-0018",
    "kube-linter:unset-memory-requirements",
    "polaris:memoryLimitsMissing",
    "checkov:CKV_K8S_13",
    "kube-score:container-resources",
    "gatekeeper:k8scontainerlimits",
    "popeye:107",
    "prowler:core_memory_limits_set",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  target: "container",
  when: "!pod.spec.?ephemeralContainers.orValue([]).exists(debug, debug.name == container.name)",
  validate:
    "'memory' in container.?resources.?limits.orValue({}) || 'memory' in pod.spec.?resources.?limits.orValue({})",
  path: "resources.limits.memory",
  message: "The container may use all memory of its node",
  fix: firstGuess({
    resource: "memory",
    sizes: ["1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi", "64Gi", "128Gi", "256Gi", "512Gi"],
    request: "128Mi",
  }),
  noFix:
    "Where the pod itself requests memory, its containers share that, and how they do is not in the manifest.",
  examples: {
    pass: [
      { container: { resources: { limits: { memory: "512Mi" } } } },
      {
        name: "the pod's limit holds for its containers",
        container: {},
        pod: { resources: { limits: { memory: "1Gi" } } },
      },
    ],
    fail: [
      { container: {} },
      { container: { resources: { requests: { memory: "3Gi" } } } },
      {
        name: "the pod requests, and limits nothing",
        container: {},
        pod: { resources: { requests: { memory: "1Gi" } } },
      },
    ],
  },
});
