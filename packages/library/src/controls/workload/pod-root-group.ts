import { defineControl } from "@plimsoll/core";

export const podRootGroup = defineControl({
  id: "pod-root-group",
  title: "Pods do not add the root group to their containers",
  severity: "low",
  why: "`runAsGroup`, `fsGroup` or `supplementalGroups` of 0 puts every container of the pod in the node's root group, and files on its volumes belong to it: what is closed to others but open to that group is open to them.",
  remediation:
    "Replace group 0 by a group of the workload's own. Kubernetes hands volumes over to a new `fsGroup` at the next start, which takes a while on large ones; files in the image that only group 0 may read need a rebuild.",
  equivalents: ["trivy:KSV-0116", "gatekeeper:k8spspfsgroup"],
  target: "pod",
  validate:
    "pod.spec.?securityContext.?runAsGroup.orValue(1) != 0 && pod.spec.?securityContext.?fsGroup.orValue(1) != 0 && !(0 in pod.spec.?securityContext.?supplementalGroups.orValue([]))",
  path: "spec.securityContext",
  message: "The pod puts its containers in the root group",
  noFix: "Files that only group 0 may read must change hands with it.",
  examples: {
    pass: [{ pod: { securityContext: { fsGroup: 10001, supplementalGroups: [20001] } } }, { pod: {} }],
    fail: [
      { pod: { securityContext: { fsGroup: 0 } } },
      { pod: { securityContext: { supplementalGroups: [0] } } },
      { pod: { securityContext: { runAsGroup: 0 } } },
    ],
  },
});
