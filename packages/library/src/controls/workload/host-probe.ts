import { defineControl } from "@plimsoll/core";

export const hostProbe = defineControl({
  id: "host-probe",
  title: "Probes and lifecycle hooks call their own container",
  severity: "medium",
  why: "The kubelet sends a probe or hook wherever its `host` field says, from the node's network. Whoever writes the pod makes the node call the cloud's metadata service, its own loopback or an internal host, and learns from the pod's state what answered.",
  remediation:
    "Remove `host` from the probe or hook, so that it calls the pod's own address. Under `hostNetwork`, let the program listen on the node's address or use an `exec` probe in place of `host: 127.0.0.1`.",
  equivalents: ["gatekeeper:k8spsphostprobeslifecycle"],
  grants: "information",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  since: "1.34",
  validate:
    "[container.?livenessProbe, container.?readinessProbe, container.?startupProbe, container.?lifecycle.?postStart, container.?lifecycle.?preStop].all(call, call.?httpGet.?host.orValue('') == '' && call.?tcpSocket.?host.orValue('') == '')",
  path: "",
  message: "A probe or lifecycle hook of the container calls another host",
  fix: [
    { remove: "livenessProbe.httpGet.host" },
    { remove: "livenessProbe.tcpSocket.host" },
    { remove: "readinessProbe.httpGet.host" },
    { remove: "readinessProbe.tcpSocket.host" },
    { remove: "startupProbe.httpGet.host" },
    { remove: "startupProbe.tcpSocket.host" },
    { remove: "lifecycle.postStart.httpGet.host" },
    { remove: "lifecycle.postStart.tcpSocket.host" },
    { remove: "lifecycle.preStop.httpGet.host" },
    { remove: "lifecycle.preStop.tcpSocket.host" },
  ],
  examples: {
    pass: [
      { container: { livenessProbe: { httpGet: { path: "/healthz", port: 8080 } } } },
      {
        name: "not yet a requirement",
        version: "1.33",
        container: { livenessProbe: { httpGet: { host: "169.254.169.254", path: "/", port: 80 } } },
      },
    ],
    fail: [
      { container: { livenessProbe: { httpGet: { host: "169.254.169.254", path: "/", port: 80 } } } },
      {
        container: {
          lifecycle: { preStop: { httpGet: { host: "intranet.example.com", path: "/", port: 80 } } },
        },
      },
    ],
  },
});
