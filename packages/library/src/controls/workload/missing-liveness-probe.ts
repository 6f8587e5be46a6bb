import { defineControl } from "@plimsoll/core";

export const missingLivenessProbe = defineControl({
  id: "missing-liveness-probe",
  title: "Long-running containers have a liveness probe",
  severity: "low",
  why: "A process that hangs, from a deadlock or an attack that ties up its workers, stays up and serves nobody until a person notices.",
  remediation:
    "Add a `livenessProbe` that asks only whether the process itself still answers, never a database behind it: a probe that fails for a neighbour's fault restarts all replicas at once. Give slow starters a `startupProbe`.",
  equivalents: [
    "kubescape:C-0056",
    "kube-linter:no-liveness-probe",
    "polaris:livenessProbeMissing",
    "checkov:CKV_K8S_8",
    "kube-score:pod-probes",
    "gatekeeper:k8srequiredprobes",
    "popeye:103",
    "popeye:102",
    "prowler:core_liveness_probe_configured",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  target: "container",
  when: "pod.spec.?restartPolicy.orValue('Always') == 'Always' && pod.spec.containers.exists(main, main.name == container.name)",
  validate: "has(container.livenessProbe)",
  path: "livenessProbe",
  message: "Nothing notices when the container hangs",
  noFix: "Which address or command tells that the program lives is not in the manifest.",
  examples: {
    pass: [
      { container: { livenessProbe: { httpGet: { path: "/livez", port: 8080 } } } },
      { name: "a job ends by itself", pod: { restartPolicy: "Never" } },
    ],
    fail: [{ container: {} }, { container: { readinessProbe: { tcpSocket: { port: 8080 } } } }],
  },
});
