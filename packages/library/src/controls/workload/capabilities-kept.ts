import { defineControl } from "@plimsoll/core";

export const capabilitiesKept = defineControl({
  id: "capabilities-kept",
  title: "Containers drop all capabilities",
  severity: "medium",
  why: "Unless told otherwise the runtime leaves a root process fourteen or so capabilities: it overrides file permissions, changes users, makes device nodes and, on many runtimes, forges packets. Few programs use any, and each is a step for whoever gets in.",
  remediation:
    "Add `ALL` to `capabilities.drop`, and NET_BIND_SERVICE to `add` if it listens below port 1024. Programs that start as root and change owner or user (`chown`, `gosu`, package managers) fail; run them as their user from the start.",
  equivalents: [
    "trivy:KSV-0003",
    "trivy:KSV-0004",
    "kyverno:disallow-capabilities-strict",
    "checkov:CKV_K8S_37",
    "gatekeeper:k8spspcapabilities",
    "prowler:core_minimize_containers_capabilities_assigned",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  since: "1.22",
  validate:
    "pod.spec.?os.?name.orValue('') == 'windows' || 'ALL' in container.?securityContext.?capabilities.?drop.orValue([])",
  versions: [
    { until: "1.24", validate: "'ALL' in container.?securityContext.?capabilities.?drop.orValue([])" },
  ],
  path: "securityContext.capabilities.drop",
  message: "The container keeps the runtime's default capabilities",
  fix: [{ append: "securityContext.capabilities.drop", value: "ALL" }],
  examples: {
    pass: [
      { container: { securityContext: { capabilities: { drop: ["ALL"] } } } },
      { name: "Windows has no capabilities", pod: { os: { name: "windows" } } },
    ],
    fail: [{ container: {} }, { container: { securityContext: { capabilities: { drop: ["NET_RAW"] } } } }],
  },
});
