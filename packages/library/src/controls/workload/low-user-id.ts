import { defineControl } from "@plimsoll/core";

const user = "container.?securityContext.?runAsUser.orValue(pod.spec.?securityContext.?runAsUser.orValue(0))";

/** Nothing that the old user wrote outlives the container: its image is read-only, its volumes are made anew. */
const ownsNothing =
  "container.?securityContext.?readOnlyRootFilesystem.orValue(false) && pod.spec.?volumes.orValue([]).all(volume, [has(volume.emptyDir), has(volume.configMap), has(volume.secret), has(volume.projected), has(volume.downwardAPI)].exists(kept, kept))";

export const lowUserId = defineControl({
  id: "low-user-id",
  title: "Containers run under a user id that no account of the node has",
  severity: "low",
  why: "User ids are the node's. A process that gets out, or reaches a file of the node through a mount, holds the rights of whichever account has the same number there; most distributions count people from 1000 and services below.",
  remediation:
    "Set `runAsUser` to a number of 10000 or more, best one that no other workload uses. The patch adds 10000 to the old number. Files that the old number owns, in the image and on volumes, need a new owner (`fsGroup` does most volumes); OpenShift assigns such numbers itself when none is set.",
  equivalents: [
    "trivy:KSV-0020",
    "checkov:CKV_K8S_40",
    "kube-score:container-security-context-user-group-id",
  ],
  target: "container",
  validate: `!pod.spec.?hostUsers.orValue(true) || [${user}].all(user, user == 0 || user >= 10000)`,
  path: "securityContext.runAsUser",
  message: "The container's user id is one that accounts of the node may have",
  fix: [
    {
      set: "securityContext.runAsUser",
      from: `${ownsNothing} ? optional.of(${user} + 10000) : optional.none()`,
    },
  ],
  noFix:
    "Where the container may write to its image or to volumes that stay, files that the old user owns must change hands first.",
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
      { container: { securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true } } },
      { name: "it may own files", container: {}, pod: { securityContext: { runAsUser: 999 } } },
    ],
  },
});
