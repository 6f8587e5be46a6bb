import { defineControl } from "@plimsoll/core";
import { systemHostPlaces } from "./host-paths.ts";

export const writableSystemPath = defineControl({
  id: "writable-system-path",
  title: "Containers do not write to the node's system directories",
  severity: "critical",
  why: "A writable `/etc`, `/usr/bin`, `/opt/cni/bin` or `/proc` of the node is root on the node with one file: a cron line, a replaced program, a CNI plugin the runtime calls, a core pattern the kernel follows.",
  remediation:
    "Set `readOnly: true` on the mount. Installers that place a CNI plugin or a kernel module write there by function: let them be init containers or jobs that end. A program that kept state there logs `read-only file system`; give it an `emptyDir`.",
  equivalents: ["kubescape:C-0045", "kube-linter:writable-host-mount", "gatekeeper:k8spsphostfilesystem"],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  target: "container",
  each: "volumeMounts",
  validate: `item.?readOnly.orValue(false) || !pod.spec.?volumes.orValue([]).exists(volume, volume.name == item.name && has(volume.hostPath) && volume.hostPath.path.matches('${systemHostPlaces}'))`,
  path: "readOnly",
  message: "The container may write to a system directory of the node",
  fix: [{ set: "readOnly", to: true }],
  examples: {
    pass: [
      {
        container: { volumeMounts: [{ name: "etc", mountPath: "/host/etc", readOnly: true }] },
        pod: { volumes: [{ name: "etc", hostPath: { path: "/etc" } }] },
      },
      {
        container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        pod: { volumes: [{ name: "data", emptyDir: {} }] },
      },
    ],
    fail: [
      {
        container: { volumeMounts: [{ name: "cron", mountPath: "/host/cron.d" }] },
        pod: { volumes: [{ name: "cron", hostPath: { path: "/etc/cron.d" } }] },
      },
      {
        container: { volumeMounts: [{ name: "cni", mountPath: "/opt/cni/bin" }] },
        pod: { volumes: [{ name: "cni", hostPath: { path: "/opt/cni/bin" } }] },
      },
    ],
  },
});
