import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathDev = defineControl({
  id: "host-path-dev",
  title: "Pods do not mount the node's devices",
  severity: "medium",
  why: "`/dev` names the node's disks and memory. Only the container's device list then stands between an intruder and the raw disk, and one privileged container in the pod takes that away.",
  remediation:
    "Replace the mount of `/dev` by a device plugin or a resource claim. A raw disk comes through a claim with `volumeMode: Block`. Programs that discover devices by walking `/dev` find none afterwards.",
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
  reference: "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("dev")}')`,
  path: "hostPath.path",
  message: "The pod mounts the node's devices",
  noFix: "Which device is meant, and which plugin offers it, is not in the manifest.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "fuse", hostPath: { path: "/dev/fuse", type: "CharDevice" } }] } }],
    fail: [
      { pod: { volumes: [{ name: "dev", hostPath: { path: "/dev" } }] } },
      { pod: { volumes: [{ name: "disk", hostPath: { path: "/dev/sda1", type: "BlockDevice" } }] } },
    ],
  },
});
