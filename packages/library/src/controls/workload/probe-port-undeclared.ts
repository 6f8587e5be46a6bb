import { defineControl } from "@plimsoll/core";

export const probePortUndeclared = defineControl({
  id: "probe-port-undeclared",
  title: "Probes name ports that the container declares",
  severity: "low",
  why: "The kubelet cannot work out where such a probe should go and throws its outcome away: a liveness probe never restarts the container, a readiness probe never lets it serve, and a startup probe keeps both from starting.",
  remediation:
    "Declare the port under that name in `ports`, or give the probe the number. Check with `kubectl describe pod`, which shows the failed probe as an event.",
  equivalents: ["kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"],
  reference:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
  target: "container",
  validate:
    "[container.?livenessProbe, container.?readinessProbe, container.?startupProbe].all(probe, [probe.?httpGet.?port.orValue(0), probe.?tcpSocket.?port.orValue(0)].all(port, type(port) != string || container.?ports.orValue([]).exists(declared, declared.?name.orValue('') == port)))",
  path: "",
  message: "A probe of the container names a port that it does not declare",
  noFix: "Which number the name stands for is not in the manifest.",
  examples: {
    pass: [
      {
        container: {
          ports: [{ name: "http", containerPort: 8080 }],
          livenessProbe: { httpGet: { path: "/livez", port: "http" } },
        },
      },
      { container: { livenessProbe: { tcpSocket: { port: 8080 } } } },
    ],
    fail: [
      {
        container: {
          ports: [{ name: "web", containerPort: 8080 }],
          readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
        },
      },
    ],
  },
});
