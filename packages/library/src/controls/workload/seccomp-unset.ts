import { defineControl } from "@plimsoll/core";

export const seccompUnset = defineControl({
  id: "seccomp-unset",
  title: "Containers name a seccomp profile",
  severity: "medium",
  why: "Unless the kubelet was told to set one, a container without a profile may call every system call of the node's kernel. Most kernel exploits start with one that the runtime's profile refuses.",
  remediation:
    "Set `seccompProfile.type: RuntimeDefault` on the container, or once on the pod. It refuses a few dozen calls that ordinary programs never make; debuggers, nested containers and browsers' own sandboxes fail with `operation not permitted`.",
  equivalents: [
    "kubescape:C-0210",
    "kubescape:C-0055",
    "trivy:KSV-0030",
    "kyverno:restrict-seccomp-strict",
    "polaris:linuxHardening",
    "checkov:CKV_K8S_31",
    "kube-score:container-seccomp-profile",
    "gatekeeper:k8spspseccompv2",
    "prowler:core_seccomp_profile_docker_default",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  since: "1.19",
  validate:
    "pod.spec.?os.?name.orValue('') == 'windows' || container.?securityContext.?seccompProfile.hasValue() || pod.spec.?securityContext.?seccompProfile.hasValue()",
  versions: [
    {
      until: "1.24",
      validate:
        "container.?securityContext.?seccompProfile.hasValue() || pod.spec.?securityContext.?seccompProfile.hasValue()",
    },
  ],
  path: "securityContext.seccompProfile",
  message: "Neither the container nor its pod names a seccomp profile",
  fix: [{ set: "securityContext.seccompProfile.type", to: "RuntimeDefault" }],
  examples: {
    pass: [
      { container: { securityContext: { seccompProfile: { type: "RuntimeDefault" } } } },
      {
        name: "the pod's holds for its containers",
        container: {},
        pod: { securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
      },
      { name: "Windows has no seccomp", pod: { os: { name: "windows" } } },
    ],
    fail: [{ container: {} }],
  },
});
