import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathHome = defineControl({
  id: "host-path-home",
  title: "Pods do not mount home directories of the node",
  severity: "high",
  why: "Administrators leave SSH keys, kubeconfigs and cloud credentials in `/root` and `/home`. Read, they lead off the node; written, an added `authorized_keys` line leads onto it.",
  remediation:
    "Replace the mount by a Secret, ConfigMap or volume claim with what the pod needs. Cloud credentials give way to workload identity. Look for files that people still place there by hand: they no longer reach the pod.",
  equivalents: [
    "kubescape:C-0048",
    "kubescape:C-0020",
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
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("home")}')`,
  path: "hostPath.path",
  message: "The pod mounts a home directory of the node",
  noFix: "Another home for these files must be found first.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "home", persistentVolumeClaim: { claimName: "home" } }] } }],
    fail: [
      { pod: { volumes: [{ name: "keys", hostPath: { path: "/root/.ssh" } }] } },
      { pod: { volumes: [{ name: "home", hostPath: { path: "/home/ubuntu" } }] } },
    ],
  },
});
