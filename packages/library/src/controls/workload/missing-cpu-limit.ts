import { defineControl } from "@plimsoll/core";
import { firstGuess } from "./first-guess.ts";

export const missingCpuLimit = defineControl({
  id: "missing-cpu-limit",
  title: "Containers have a CPU limit",
  severity: "low",
  why: "An intruder's miner, or one endless loop, takes every core of the node that nobody else has reserved.",
  remediation:
    "Set `resources.limits.cpu` well above the busy hour. The patch writes a first guess, one core or more and at least twice the request; the highest `rate(container_cpu_usage_seconds_total[1m])` of a month tells what it should be. A container at its limit is slowed down, which shows as latency and failing probes: compare `container_cpu_cfs_throttled_periods_total` before and after. Teams that give every pod a fitting request may accept this finding instead.",
  equivalents: [
    "kubescape:C-0270",
    "kubescape:C-0050",
    "kubescape:C-0009",
    "trivy:KSV-0011",
    "kube-linter:unset-cpu-requirements",
    "polaris:cpuLimitsMissing",
    "checkov:CKV_K8S_11",
    "kube-score:container-resources",
    "gatekeeper:k8scontainerlimits",
    "popeye:107",
    "prowler:core_cpu_limits_set",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  target: "container",
  when: "!pod.spec.?ephemeralContainers.orValue([]).exists(debug, debug.name == container.name)",
  validate:
    "'cpu' in container.?resources.?limits.orValue({}) || 'cpu' in pod.spec.?resources.?limits.orValue({})",
  path: "resources.limits.cpu",
  message: "The container may use every core of its node",
  fix: firstGuess({
    resource: "cpu",
    sizes: ["1", "2", "4", "8", "16", "32", "64", "128", "256"],
    request: "100m",
  }),
  noFix:
    "Where the pod itself requests CPU, its containers share that, and how they do is not in the manifest.",
  examples: {
    pass: [{ container: { resources: { limits: { cpu: "1" } } } }],
    fail: [{ container: {} }, { container: { resources: { requests: { cpu: "1500m" } } } }],
  },
});
