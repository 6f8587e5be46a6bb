import { defineControl } from "@plimsoll/core";
import { servedPort } from "./probe-guess.ts";

export const missingLivenessProbe = defineControl({
  id: "missing-liveness-probe",
  title: "Long-running containers have a liveness probe",
  severity: "low",
  why: "A process that hangs, from a deadlock or an attack that ties up its workers, stays up and serves nobody until a person notices.",
  remediation:
    "Add a `livenessProbe` that asks only whether the process itself still answers. A probe that fails for a neighbour's fault, a database behind it, restarts all replicas at once. The patch writes a first guess, a connection to the container's port every 20 seconds: that notices a closed port, not a program that hangs behind an open one, so put its own health path in place of it. Where the container declares a port it does not open, the guess restarts it for ever. Give slow starters a `startupProbe`.",
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
  fix: [
    {
      set: "livenessProbe",
      to: { initialDelaySeconds: 60, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    },
    { set: "livenessProbe.tcpSocket.port", from: servedPort("readinessProbe") },
  ],
  noFix: "Where no TCP port is declared, what tells that the program lives is not in the manifest.",
  examples: {
    pass: [
      { container: { livenessProbe: { httpGet: { path: "/livez", port: 8080 } } } },
      { name: "a job ends by itself", pod: { restartPolicy: "Never" } },
    ],
    fail: [
      { container: { ports: [{ containerPort: 53, protocol: "UDP" }, { containerPort: 8080 }] } },
      { name: "nothing tells how to ask", container: {} },
      { container: { readinessProbe: { httpGet: { path: "/readyz", port: 8080 } } } },
    ],
  },
});
