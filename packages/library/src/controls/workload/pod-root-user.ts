import { defineControl } from "@plimsoll/core";

export const podRootUser = defineControl({
  id: "pod-root-user",
  title: "Pods do not set the user to root",
  severity: "medium",
  why: "`runAsUser: 0` on the pod makes root of every container that names no user, whatever its image was built to run as. At any file of the node they reach, they are root there.",
  remediation:
    "Remove `runAsUser: 0` from the pod, and set it on the one container that needs it for its start, if any. Check who owns the files on shared volumes; `fsGroup` hands most volume types over.",
  equivalents: [
    "trivy:KSV-0105",
    "kyverno:require-run-as-non-root-user",
    "checkov:CKV_K8S_23",
    "gatekeeper:k8spspallowedusers",
    "kube-score:container-security-context-user-group-id",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  since: "1.23",
  validate: "!pod.spec.?hostUsers.orValue(true) || pod.spec.?securityContext.?runAsUser.orValue(1) != 0",
  versions: [{ until: "1.34", validate: "pod.spec.?securityContext.?runAsUser.orValue(1) != 0" }],
  path: "spec.securityContext.runAsUser",
  message: "The pod sets the user of its containers to root",
  fix: [{ remove: "spec.securityContext.runAsUser" }],
  examples: {
    pass: [
      { pod: { securityContext: { runAsUser: 10001 } } },
      { pod: { hostUsers: false, securityContext: { runAsUser: 0 } } },
    ],
    fail: [{ pod: { securityContext: { runAsUser: 0 } } }],
  },
});
