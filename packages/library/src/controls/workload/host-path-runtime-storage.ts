import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathRuntimeStorage = defineControl({
  id: "host-path-runtime-storage",
  title: "Pods do not mount the container runtime's storage",
  severity: "high",
  why: "The disks of all containers on the node lie there: an intruder reads their files and, where the mount is writable, replaces a program that a neighbour runs next.",
  remediation:
    "Remove the mount of the runtime's storage. The log agent reads container logs under `/var/log/pods`, and the kubelet's metrics tell the sizes of images. Scanners that read running containers' disks need it by function: read-only, in a namespace of their own.",
  equivalents: [
    "kubescape:C-0048",
    "trivy:KSV-0023",
    "trivy:KSV-0121",
    "kube-linter:sensitive-host-mounts",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "gatekeeper:k8spsphostfilesystem",
  ],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("storage")}')`,
  path: "hostPath.path",
  message: "The pod mounts the disks of all containers on the node",
  noFix: "A scanner or log agent reads them on purpose; whether this is one is not in the manifest.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "cache", emptyDir: {} }] } }],
    fail: [
      { pod: { volumes: [{ name: "containers", hostPath: { path: "/var/lib/docker/containers" } }] } },
      { pod: { volumes: [{ name: "containerd", hostPath: { path: "/var/lib/containerd" } }] } },
    ],
  },
});
