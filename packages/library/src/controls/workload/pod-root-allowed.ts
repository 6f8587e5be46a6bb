import { defineControl } from "@plimsoll/core";

export const podRootAllowed = defineControl({
  id: "pod-root-allowed",
  title: "Pods do not say that root is fine",
  severity: "medium",
  why: "`runAsNonRoot: false` on the pod holds for each container that says nothing, those that an injector or a debugging colleague adds later among them. Outside a user namespace their root is the node's.",
  remediation:
    "Set `runAsNonRoot: true` on the pod and, for the one container that truly starts as root, `false` there. The kubelet refuses images whose USER is root or a name rather than a number; look at each image's USER first.",
  equivalents: [
    "kubescape:C-0013",
    "trivy:KSV-0012",
    "kube-linter:run-as-non-root",
    "polaris:runAsRootAllowed",
    "kyverno:require-run-as-nonroot",
    "checkov:CKV_K8S_23",
    "popeye:302",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: "!pod.spec.?hostUsers.orValue(true) || pod.spec.?securityContext.?runAsNonRoot.orValue(true)",
  versions: [{ until: "1.34", validate: "pod.spec.?securityContext.?runAsNonRoot.orValue(true)" }],
  path: "spec.securityContext.runAsNonRoot",
  message: "The pod says that its containers may run as root",
  fix: [{ set: "spec.securityContext.runAsNonRoot", to: true }],
  examples: {
    pass: [
      { pod: {} },
      { pod: { securityContext: { runAsNonRoot: true } } },
      { pod: { hostUsers: false, securityContext: { runAsNonRoot: false } } },
    ],
    fail: [{ pod: { securityContext: { runAsNonRoot: false } } }],
  },
});
