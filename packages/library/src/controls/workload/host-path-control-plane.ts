import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathControlPlane = defineControl({
  id: "host-path-control-plane",
  title: "Pods do not mount the control plane's keys and data",
  severity: "critical",
  why: "`/etc/kubernetes` holds the cluster's certificate authority, administrators' kubeconfigs and static pod manifests, `/var/lib/etcd` every Secret there is. On a control-plane node a reader mints a certificate for `system:masters`; on a worker a writer still starts a static pod.",
  remediation:
    "Remove the hostPath volume with the control plane's files. Backups of etcd go through its API with a certificate of their own; certificate and configuration checks run on the node or as a short-lived job. A cloud's `azure.json` or `cloud.conf` gives way to workload identity.",
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
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/setup/best-practices/certificates/",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("controlPlane")}')`,
  path: "hostPath.path",
  message: "The pod mounts a directory with the control plane's keys or data",
  noFix: "The program needs another way to what it reads there.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "config", configMap: { name: "app" } }] } }],
    fail: [
      { pod: { volumes: [{ name: "pki", hostPath: { path: "/etc/kubernetes/pki" } }] } },
      { pod: { volumes: [{ name: "etcd", hostPath: { path: "/var/lib/etcd" } }] } },
    ],
  },
});
