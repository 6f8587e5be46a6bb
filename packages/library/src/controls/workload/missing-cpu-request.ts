import { defineControl } from "@plimsoll/core";

export const missingCpuRequest = defineControl({
  id: "missing-cpu-request",
  title: "Containers say how much CPU they need",
  severity: "low",
  why: "Without a request the scheduler takes the container for free: nodes fill past what they hold, and on a busy one the container, and any security agent so deployed, gets what is left over.",
  remediation:
    "Set `resources.requests.cpu` to what the container uses at a busy hour (its 95th percentile). A request only reserves: too high wastes room or leaves the pod pending, too low makes it slow beside a noisy neighbour. 100m is a first guess to be replaced.",
  equivalents: [
    "kubescape:C-0268",
    "kubescape:C-0050",
    "trivy:KSV-0015",
    "kube-linter:unset-cpu-requirements",
    "polaris:cpuRequestsMissing",
    "checkov:CKV_K8S_10",
    "kube-score:container-resources",
    "gatekeeper:k8scontainerrequests",
    "popeye:106",
    "prowler:core_cpu_requests_set",
  ],
  reference: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  target: "container",
  when: "!pod.spec.?ephemeralContainers.orValue([]).exists(debug, debug.name == container.name)",
  validate:
    "[container.?resources.?requests, container.?resources.?limits, pod.spec.?resources.?requests, pod.spec.?resources.?limits].exists(list, 'cpu' in list.orValue({}))",
  path: "resources.requests.cpu",
  message: "The container does not say how much CPU it needs",
  fix: [{ set: "resources.requests.cpu", to: "100m" }],
  examples: {
    pass: [
      { container: { resources: { requests: { cpu: "250m" } } } },
      {
        name: "a limit is a request too, where none is set",
        container: { resources: { limits: { cpu: "1" } } },
      },
    ],
    fail: [{ container: {} }, { container: { resources: { requests: { memory: "64Mi" } } } }],
  },
});
