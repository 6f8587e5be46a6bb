import { defineControl } from "@plimsoll/core";
import { hostPlace, systemHostPlaces } from "./host-paths.ts";

export const writableHostPath = defineControl({
  id: "writable-host-path",
  title: "Containers mount directories of the node read-only",
  severity: "medium",
  why: "What the container writes stays on the node after it is gone, for the next pod, another tenant or a node service to read and trust: a way to persist and to spread.",
  remediation:
    "Set `readOnly: true` on the mount; where the program writes, give it a volume claim or an `emptyDir` instead. It shows as `read-only file system` in the log. Mounts below the directory stay writable unless `recursiveReadOnly` is set too.",
  equivalents: ["kubescape:C-0045", "kube-linter:writable-host-mount", "gatekeeper:k8spsphostfilesystem"],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  target: "container",
  each: "volumeMounts",
  validate: `item.?readOnly.orValue(false) || !pod.spec.?volumes.orValue([]).exists(volume, volume.name == item.name && has(volume.hostPath) && !volume.hostPath.path.matches('${systemHostPlaces}') && !volume.hostPath.path.matches('${hostPlace("socket")}'))`,
  path: "readOnly",
  message: "The container may write to a directory of the node",
  fix: [{ set: "readOnly", to: true }],
  examples: {
    pass: [
      {
        container: { volumeMounts: [{ name: "data", mountPath: "/data", readOnly: true }] },
        pod: { volumes: [{ name: "data", hostPath: { path: "/srv/shop" } }] },
      },
      {
        name: "a socket is spoken to, not written",
        container: { volumeMounts: [{ name: "docker", mountPath: "/var/run/docker.sock" }] },
        pod: { volumes: [{ name: "docker", hostPath: { path: "/var/run/docker.sock" } }] },
      },
    ],
    fail: [
      {
        container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        pod: { volumes: [{ name: "data", hostPath: { path: "/srv/shop" } }] },
      },
    ],
  },
});
