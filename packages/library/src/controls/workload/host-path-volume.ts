import { defineControl } from "@plimsoll/core";
import { namedHostPlaces } from "./host-paths.ts";

export const hostPathVolume = defineControl({
  id: "host-path-volume",
  title: "Pods mount no directory of the node",
  severity: "medium",
  why: "A `hostPath` belongs to the node, not the pod: what one pod writes there the next one finds, of whatever team, and other pods and the node itself trust what lies there. It also escapes quotas and stays behind when the pod goes.",
  remediation:
    "Replace the `hostPath` by an `emptyDir`, a volume claim or a ConfigMap. The first is for scratch space, the second for data (the `local` type keeps it on the node), the third for files to read. Data that is to be kept must be copied first.",
  equivalents: [
    "kubescape:C-0048",
    "trivy:KSV-0023",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "gatekeeper:k8spsphostfilesystem",
    "prowler:core_minimize_hostpath_volume_mounts",
  ],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || item.hostPath.path.matches('${namedHostPlaces}')`,
  path: "hostPath.path",
  message: "The pod mounts a directory of the node",
  noFix: "What takes its place depends on whether the data must outlive the pod.",
  examples: {
    pass: [
      { pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] } },
      {
        name: "one that has a control of its own",
        pod: { volumes: [{ name: "proc", hostPath: { path: "/proc" } }] },
      },
    ],
    fail: [
      { pod: { volumes: [{ name: "data", hostPath: { path: "/srv/shop", type: "DirectoryOrCreate" } }] } },
    ],
  },
});
