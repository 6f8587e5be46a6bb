import { defineControl } from "@plimsoll/core";

export const privilegedContainer = defineControl({
  id: "privileged-container",
  title: "Containers do not run privileged",
  severity: "critical",
  why: "A privileged container holds every capability, opens every device of the node and runs without seccomp or AppArmor. Whoever executes code in it mounts the node's disk and is root on the node, and so holds the secrets of every pod there.",
  remediation:
    "Remove `privileged: true`, and grant only what it stood for. That is a device through a device plugin, a mount through a CSI driver, a kernel setting through `securityContext.sysctls`, or a single capability. What it still needed will fail with `operation not permitted`, so watch its log through one full cycle of work.",
  equivalents: [
    "kubescape:C-0057",
    "trivy:KSV-0017",
    "kube-linter:privileged-container",
    "polaris:runAsPrivileged",
    "kyverno:disallow-privileged-containers",
    "checkov:CKV_K8S_16",
    "kube-score:container-security-context-privileged",
    "gatekeeper:k8spspprivilegedcontainer",
    "prowler:core_minimize_privileged_containers",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate: "!container.?securityContext.?privileged.orValue(false)",
  path: "securityContext.privileged",
  message: "The container runs privileged",
  fix: [{ set: "securityContext.privileged", to: false }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { privileged: false } } }],
    fail: [
      { container: { securityContext: { privileged: true } } },
      {
        name: "an init container",
        pod: {
          initContainers: [
            {
              name: "setup",
              image: "registry.example.com/shop/setup:1.0",
              securityContext: { privileged: true },
            },
          ],
        },
      },
    ],
  },
});
