import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathEtc = defineControl({
  id: "host-path-etc",
  title: "Pods do not mount the node's system configuration",
  severity: "high",
  why: "`/etc` holds the node's password hashes, SSH host keys, and on most nodes `/etc/kubernetes` with the kubelet's credentials. Writable, its cron, systemd, sudoers and CNI files are each a way to run as root on the node.",
  remediation:
    "Replace the mount by the single file the program reads (`/etc/os-release`), read-only, with `type: File`. CNI installers write `/etc/cni/net.d` by function. Programs that resolve the node's users by `/etc/passwd` show numbers instead.",
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
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("etc")}')`,
  path: "hostPath.path",
  message: "The pod mounts system configuration of the node",
  noFix: "Which files of it the program reads is not in the manifest.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "release", hostPath: { path: "/etc/os-release", type: "File" } }] } }],
    fail: [
      { pod: { volumes: [{ name: "etc", hostPath: { path: "/etc" } }] } },
      { pod: { volumes: [{ name: "ssh", hostPath: { path: "/etc/ssh" } }] } },
    ],
  },
});
