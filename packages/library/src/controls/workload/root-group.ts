import { defineControl } from "@plimsoll/core";

export const rootGroup = defineControl({
  id: "root-group",
  title: "Containers are not in the root group",
  severity: "low",
  why: "Group 0 is root's on the node as well: files that are closed to others but open to their group, on a mount of the node or a shared volume, are open to this container.",
  remediation:
    "Set `runAsGroup` to a number above zero. Images built for OpenShift expect group 0 and open their directories to it alone; check that the program still starts, and `fsGroup` for the files on its volumes.",
  equivalents: ["trivy:KSV-0116", "kube-score:container-security-context-user-group-id"],
  target: "container",
  validate: "container.?securityContext.?runAsGroup.orValue(1) != 0",
  path: "securityContext.runAsGroup",
  message: "The container runs in the root group",
  noFix: "Files that only group 0 may read must change hands with it.",
  examples: {
    pass: [{ container: { securityContext: { runAsGroup: 10001 } } }, { container: {} }],
    fail: [{ container: { securityContext: { runAsGroup: 0 } } }],
  },
});
