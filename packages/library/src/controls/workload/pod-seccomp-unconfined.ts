import { defineControl } from "@plimsoll/core";

export const podSeccompUnconfined = defineControl({
  id: "pod-seccomp-unconfined",
  title: "Pods do not switch seccomp off for all their containers",
  severity: "medium",
  why: "Set on the pod, `Unconfined` holds for each container that names no profile, injected sidecars among them, and even where the kubelet would set one by default. Every system call of the node's kernel is open to them.",
  remediation:
    "Set `seccompProfile.type: RuntimeDefault` on the pod and a `Localhost` profile on the one container that needs more. Debuggers, nested containers and browsers' own sandboxes fail with `operation not permitted`.",
  equivalents: [
    "trivy:KSV-0104",
    "kyverno:restrict-seccomp",
    "gatekeeper:k8spspseccompv2",
    "gatekeeper:k8spspseccomp",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate:
    "pod.spec.?securityContext.?seccompProfile.?type.orValue('RuntimeDefault') in ['RuntimeDefault', 'Localhost']",
  versions: [
    {
      until: "1.18",
      validate:
        "pod.?metadata.?annotations[?'seccomp.security.alpha.kubernetes.io/pod'].orValue('runtime/default').matches('^(runtime/default$|docker/default$|localhost/)')",
    },
  ],
  path: "spec.securityContext.seccompProfile",
  message: "The pod switches seccomp off for its containers",
  fix: [{ set: "spec.securityContext.seccompProfile", to: { type: "RuntimeDefault" } }],
  examples: {
    pass: [{ pod: {} }, { pod: { securityContext: { seccompProfile: { type: "RuntimeDefault" } } } }],
    fail: [{ pod: { securityContext: { seccompProfile: { type: "Unconfined" } } } }],
  },
});
