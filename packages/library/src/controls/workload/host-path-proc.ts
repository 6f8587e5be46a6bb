import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathProc = defineControl({
  id: "host-path-proc",
  title: "Pods do not mount the node's /proc",
  severity: "high",
  why: "The node's `/proc` lists every process with its arguments, and to root shows the environment and open files of other containers, tokens among them. Writable, `sys/kernel/core_pattern` names a program that the kernel then starts as root of the node.",
  remediation:
    "Remove the mount of `/proc`, and read node metrics from the kubelet or a node exporter that has it already. Where it stays, mount it read-only, run as a user other than root and drop all capabilities: counters remain readable, other processes' secrets do not.",
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
  reference: "https://man7.org/linux/man-pages/man5/proc.5.html",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("proc")}')`,
  path: "hostPath.path",
  message: "The pod mounts the node's /proc",
  noFix: "A monitor reads it on purpose; whether this is one is not in the manifest.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "data", emptyDir: {} }] } }],
    fail: [{ pod: { volumes: [{ name: "proc", hostPath: { path: "/proc" } }] } }],
  },
});
