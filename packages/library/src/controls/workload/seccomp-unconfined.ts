import { defineControl } from "@plimsoll/core";

export const seccompUnconfined = defineControl({
  id: "seccomp-unconfined",
  title: "Containers do not switch seccomp off",
  severity: "medium",
  why: "Unconfined, the container may call every system call of the node's kernel, the ones that published escapes begin with among them, and even where the kubelet would set the runtime's profile by default.",
  remediation:
    "Set `seccompProfile.type: RuntimeDefault` on the container. It refuses a few dozen calls that ordinary programs never make; debuggers, nested containers and browsers' own sandboxes fail with `operation not permitted` and want a `Localhost` profile.",
  equivalents: [
    "trivy:KSV-0104",
    "kyverno:restrict-seccomp",
    "gatekeeper:k8spspseccompv2",
    "gatekeeper:k8spspseccomp",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate:
    "container.?securityContext.?seccompProfile.?type.orValue('RuntimeDefault') in ['RuntimeDefault', 'Localhost']",
  versions: [
    {
      until: "1.18",
      validate:
        "pod.?metadata.?annotations[?('container.seccomp.security.alpha.kubernetes.io/' + container.name)].orValue('runtime/default').matches('^(runtime/default$|docker/default$|localhost/)')",
    },
  ],
  path: "securityContext.seccompProfile",
  message: "The container switches seccomp off",
  fix: [{ set: "securityContext.seccompProfile", to: { type: "RuntimeDefault" } }],
  examples: {
    pass: [
      { container: {} },
      {
        container: {
          securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/app.json" } },
        },
      },
    ],
    fail: [{ container: { securityContext: { seccompProfile: { type: "Unconfined" } } } }],
  },
});
