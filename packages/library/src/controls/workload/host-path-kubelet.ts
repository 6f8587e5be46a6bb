import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathKubelet = defineControl({
  id: "host-path-kubelet",
  title: "Pods do not mount the kubelet's own directory",
  severity: "critical",
  why: "`/var/lib/kubelet` holds the node's client key, and under `pods` the service account token and secret volumes of every pod on the node. A reader acts as the node and as the most powerful of its pods.",
  remediation:
    "Replace the mount by the one directory that the program speaks to. That is `plugins/NAME` and `plugins_registry` for a CSI driver, `device-plugins` for a device plugin, `pod-resources` for a monitor. CSI node drivers that mount `pods` to publish volumes need it by function.",
  equivalents: [
    "kubescape:C-0048",
    "trivy:KSV-0023",
    "trivy:KSV-0121",
    "kube-linter:sensitive-host-mounts",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "gatekeeper:k8spsphostfilesystem",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/reference/node/kubelet-files/",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("kubelet")}')`,
  path: "hostPath.path",
  message: "The pod mounts the kubelet's directory with the node's key or its pods' secrets",
  noFix: "Which of the kubelet's directories the program speaks to is not in the manifest.",
  examples: {
    pass: [
      { pod: { volumes: [{ name: "plugins", hostPath: { path: "/var/lib/kubelet/device-plugins" } }] } },
    ],
    fail: [
      { pod: { volumes: [{ name: "kubelet", hostPath: { path: "/var/lib/kubelet" } }] } },
      { pod: { volumes: [{ name: "pods", hostPath: { path: "/var/lib/kubelet/pods" } }] } },
    ],
  },
});
