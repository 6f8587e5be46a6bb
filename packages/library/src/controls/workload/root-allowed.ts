import { defineControl } from "@plimsoll/core";

export const rootAllowed = defineControl({
  id: "root-allowed",
  title: "Containers must run as a user other than root",
  severity: "medium",
  why: "Nothing refuses this container to run as root, and outside a user namespace its root is the node's: any file it reaches through a volume, a mount or a runtime bug it reaches as root.",
  remediation:
    "Set `runAsNonRoot: true`. The kubelet then refuses an image whose USER is root, or is a name rather than a number (add `runAsUser` for those), with `CreateContainerConfigError`; look at the image's USER first, and at who owns the files on its volumes.",
  equivalents: [
    "kubescape:C-0013",
    "trivy:KSV-0012",
    "kube-linter:run-as-non-root",
    "polaris:runAsRootAllowed",
    "kyverno:require-run-as-nonroot",
    "checkov:CKV_K8S_23",
    "gatekeeper:k8spspallowedusers",
    "popeye:306",
    "popeye:302",
    "prowler:core_minimize_root_containers_admission",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  when: "container.?securityContext.?runAsNonRoot.hasValue() || pod.spec.?securityContext.?runAsNonRoot.orValue(true)",
  validate:
    "!pod.spec.?hostUsers.orValue(true) || container.?securityContext.?runAsNonRoot.orValue(pod.spec.?securityContext.?runAsNonRoot.orValue(false))",
  versions: [
    {
      until: "1.34",
      validate:
        "container.?securityContext.?runAsNonRoot.orValue(pod.spec.?securityContext.?runAsNonRoot.orValue(false))",
    },
  ],
  path: "securityContext.runAsNonRoot",
  message: "Nothing refuses the container to run as root",
  fix: [{ set: "securityContext.runAsNonRoot", to: true }],
  examples: {
    pass: [
      { container: { securityContext: { runAsNonRoot: true } } },
      {
        name: "the pod's holds for its containers",
        container: {},
        pod: { securityContext: { runAsNonRoot: true } },
      },
      { name: "its root is nobody on the node", container: {}, pod: { hostUsers: false } },
      {
        name: "the pod allows it, which pod-root-allowed says",
        container: {},
        pod: { securityContext: { runAsNonRoot: false } },
      },
    ],
    fail: [
      { container: {} },
      {
        container: { securityContext: { runAsNonRoot: false } },
        pod: { securityContext: { runAsNonRoot: true } },
      },
    ],
  },
});
