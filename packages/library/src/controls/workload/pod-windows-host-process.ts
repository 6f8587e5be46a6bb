import { defineControl } from "@plimsoll/core";

export const podWindowsHostProcess = defineControl({
  id: "pod-windows-host-process",
  title: "Windows pods are not made of host processes",
  severity: "critical",
  why: "Set on the pod, `hostProcess` turns each of its containers into a process of the Windows node, with the rights of the account it names. Code in any of them owns the node.",
  remediation:
    "Remove `windowsOptions.hostProcess: true` from the pod's securityContext, and keep it for node agents in namespaces of their own. Access to the node's files, registry, network and services ends for all its containers.",
  equivalents: [
    "trivy:KSV-0103",
    "polaris:hostProcess",
    "kyverno:disallow-host-process",
    "gatekeeper:k8spsphostprocess",
    "prowler:core_minimize_admission_windows_hostprocess_containers",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: "!pod.spec.?securityContext.?windowsOptions.?hostProcess.orValue(false)",
  path: "spec.securityContext.windowsOptions.hostProcess",
  message: "All containers of the pod run as processes of the Windows node",
  fix: [{ remove: "spec.securityContext.windowsOptions.hostProcess" }],
  examples: {
    pass: [
      { pod: { os: { name: "windows" } } },
      { pod: { os: { name: "windows" }, securityContext: { windowsOptions: { hostProcess: false } } } },
    ],
    fail: [
      {
        pod: {
          os: { name: "windows" },
          hostNetwork: true,
          securityContext: { windowsOptions: { hostProcess: true } },
        },
      },
    ],
  },
});
