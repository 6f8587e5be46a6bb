import { defineControl } from "@plimsoll/core";

export const windowsHostProcess = defineControl({
  id: "windows-host-process",
  title: "Windows containers are not host processes",
  severity: "critical",
  why: "A HostProcess container is no container at all: it runs on the Windows node with the rights of the account it names, up to SYSTEM. Code in it owns the node.",
  remediation:
    "Remove `windowsOptions.hostProcess: true` from the container, and keep it for node agents in namespaces of their own. Access to the node's files, registry, network and services ends.",
  equivalents: [
    "trivy:KSV-0103",
    "polaris:hostProcess",
    "kyverno:disallow-host-process",
    "gatekeeper:k8spsphostprocess",
    "prowler:core_minimize_admission_windows_hostprocess_containers",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate: "!container.?securityContext.?windowsOptions.?hostProcess.orValue(false)",
  path: "securityContext.windowsOptions.hostProcess",
  message: "The container runs as a process of the Windows node",
  fix: [{ remove: "securityContext.windowsOptions.hostProcess" }],
  examples: {
    pass: [
      { pod: { os: { name: "windows" } } },
      {
        container: { securityContext: { windowsOptions: { hostProcess: false } } },
        pod: { os: { name: "windows" } },
      },
    ],
    fail: [
      {
        container: { securityContext: { windowsOptions: { hostProcess: true } } },
        pod: { os: { name: "windows" }, hostNetwork: true },
      },
    ],
  },
});
