import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathLog = defineControl({
  id: "host-path-log",
  title: "Pods do not mount the node's logs",
  severity: "medium",
  why: "`/var/log` holds what every pod on the node has written, and on control-plane nodes the audit log. A writer there who may also ask for pod logs replaces a log by a link, and the kubelet, as root, reads out any file of the node.",
  remediation:
    "Remove the mount of the node's logs from all but the cluster's log agent, and make it read-only there. A program's own output belongs on standard output. What else read files there finds them gone.",
  equivalents: [
    "kubescape:C-0048",
    "trivy:KSV-0023",
    "trivy:KSV-0121",
    "kube-linter:sensitive-host-mounts",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "gatekeeper:k8spsphostfilesystem",
  ],
  grants: "host-read",
  reference: "https://kubernetes.io/docs/concepts/cluster-administration/logging/",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("log")}')`,
  path: "hostPath.path",
  message: "The pod mounts the node's logs",
  noFix: "A log agent reads them on purpose; whether this is one is not in the manifest.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "own", hostPath: { path: "/var/log/shop" } }] } }],
    fail: [
      { pod: { volumes: [{ name: "logs", hostPath: { path: "/var/log" } }] } },
      { pod: { volumes: [{ name: "pods", hostPath: { path: "/var/log/pods" } }] } },
    ],
  },
});
