import { defineControl } from "@plimsoll/core";

export const rootUser = defineControl({
  id: "root-user",
  title: "Containers do not set the user to root",
  severity: "medium",
  why: "`runAsUser: 0` makes root of the program even where its image was built to run as someone else. Whoever gets in is root in the container and, at any file of the node it reaches, root there.",
  remediation:
    "Remove `runAsUser: 0` so that the image's own USER holds, or name a number above zero. Files on its volumes that root wrote need a new owner (`fsGroup` does that for most volume types); ports below 1024 need NET_BIND_SERVICE or a safe sysctl.",
  equivalents: [
    "trivy:KSV-0105",
    "kyverno:require-run-as-non-root-user",
    "checkov:CKV_K8S_23",
    "gatekeeper:k8spspallowedusers",
    "kube-score:container-security-context-user-group-id",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  since: "1.23",
  validate: "!pod.spec.?hostUsers.orValue(true) || container.?securityContext.?runAsUser.orValue(1) != 0",
  versions: [{ until: "1.34", validate: "container.?securityContext.?runAsUser.orValue(1) != 0" }],
  path: "securityContext.runAsUser",
  message: "The container sets its user to root",
  fix: [{ remove: "securityContext.runAsUser" }],
  examples: {
    pass: [
      { container: { securityContext: { runAsUser: 10001 } } },
      {
        name: "its root is nobody on the node",
        container: { securityContext: { runAsUser: 0 } },
        pod: { hostUsers: false },
      },
    ],
    fail: [{ container: { securityContext: { runAsUser: 0 } } }],
  },
});
