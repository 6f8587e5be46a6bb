import { defineControl } from "@plimsoll/core";

export const lowUserId = defineControl({
  id: "low-user-id",
  title: "Containers run under a user id that no account of the node has",
  severity: "low",
  why: "User ids are the node's. A process that gets out, or reaches a file of the node through a mount, holds the rights of whichever account has the same number there; most distributions count people from 1000 and services below.",
  remediation:
    "Set `runAsUser` to a number of 10000 or more, best one that no other workload uses. Files that the old number owns, in the image and on volumes, need a new owner (`fsGroup` does most volumes); OpenShift assigns such numbers itself when none is set.",
  equivalents: [
    "trivy:KSV-0020",
    "checkov:CKV_K8S_40",
    "kube-score:container-security-context-user-group-id",
  ],
  target: "container",
  validate:
    "!pod.spec.?hostUsers.orValue(true) || [container.?securityContext.?runAsUser.orValue(pod.spec.?securityContext.?runAsUser.orValue(0))].all(user, user == 0 || user >= 10000)",
  path: "securityContext.runAsUser",
  message: "The container's user id is one that accounts of the node may have",
  noFix: "Files on volumes and in the image that the old user owns must change hands with it.",
  examples: {
    pass: [
      { container: { securityContext: { runAsUser: 10001 } } },
      { name: "the image decides", container: {} },
      {
        name: "ids are not the node's in a user namespace",
        container: { securityContext: { runAsUser: 1000 } },
        pod: { hostUsers: false },
      },
    ],
    fail: [
      { container: { securityContext: { runAsUser: 1000 } } },
      { container: {}, pod: { securityContext: { runAsUser: 999 } } },
    ],
  },
});
