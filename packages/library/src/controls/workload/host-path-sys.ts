import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathSys = defineControl({
  id: "host-path-sys",
  title: "Pods do not mount the node's /sys",
  severity: "medium",
  why: "`/sys` describes the node's hardware, control groups and kernel settings, and with debugfs or tracefs below it the activity of every process. Writable by root, it changes devices and the limits of other pods.",
  remediation:
    "Replace the mount of `/sys` by the subdirectory that is read (`/sys/class/net`), read-only. Monitors and network plugins need parts of it by function; others can read their own limits from the cgroup file system every container has.",
  equivalents: [
    "kubescape:C-0048",
    "trivy:KSV-0023",
    "trivy:KSV-0121",
    "kube-linter:sensitive-host-mounts",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "gatekeeper:k8spsphostfilesystem",
  ],
  grants: "information",
  reference: "https://man7.org/linux/man-pages/man5/sysfs.5.html",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("sys")}')`,
  path: "hostPath.path",
  message: "The pod mounts the node's /sys",
  noFix: "Which parts of it the program reads is not in the manifest.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "data", emptyDir: {} }] } }],
    fail: [{ pod: { volumes: [{ name: "cgroup", hostPath: { path: "/sys/fs/cgroup" } }] } }],
  },
});
