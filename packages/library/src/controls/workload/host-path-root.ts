import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathRoot = defineControl({
  id: "host-path-root",
  title: "Pods do not mount the node's root directory",
  severity: "critical",
  why: "All of the node's files are in the pod: kubelet keys, the tokens and secrets of every pod there, SSH keys, the disks of running containers. Read-only it is the node's credentials; writable, one line in `/etc/cron.d` is root.",
  remediation:
    "Replace the mount of `/` by the directory the program works on, read-only. For a one-off look, `kubectl debug node/NAME` makes a pod that goes away again. Agents that walk the whole disk (antivirus, inventory) belong in a namespace of their own, by exception.",
  equivalents: [
    "kubescape:C-0048",
    "trivy:KSV-0023",
    "trivy:KSV-0121",
    "kube-linter:sensitive-host-mounts",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "gatekeeper:k8spsphostfilesystem",
    "prowler:core_minimize_hostpath_volume_mounts",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("root")}')`,
  path: "hostPath.path",
  message: "The pod mounts the root directory of the node",
  noFix: "Which directories the program reads is not in the manifest.",
  examples: {
    pass: [
      { pod: { volumes: [{ name: "tmp", emptyDir: {} }] } },
      { pod: { volumes: [{ name: "zone", hostPath: { path: "/etc/localtime" } }] } },
    ],
    fail: [{ pod: { volumes: [{ name: "host", hostPath: { path: "/" } }] } }],
  },
});
