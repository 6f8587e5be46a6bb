import { defineControl } from "@plimsoll/core";
import { hostPlace } from "./host-paths.ts";

export const hostPathRuntimeSocket = defineControl({
  id: "host-path-runtime-socket",
  title: "Pods do not mount the container runtime's socket",
  severity: "critical",
  why: "Whoever speaks to the runtime's socket starts a privileged container with the node's disk in it, past the API server, admission and audit. A read-only mount changes nothing: a socket is spoken to, not written.",
  remediation:
    "Remove the mount of the runtime's socket. Build images with a rootless builder (BuildKit, Buildah) or a build service, read metrics from the kubelet, and follow events through the Kubernetes API. Agents that list containers over CRI have no replacement: give those a namespace of their own.",
  equivalents: [
    "kubescape:C-0074",
    "kubescape:C-0048",
    "trivy:KSV-0006",
    "kube-linter:docker-sock",
    "polaris:hostPathSet",
    "kyverno:disallow-host-path",
    "checkov:CKV_K8S_27",
    "gatekeeper:k8spsphostfilesystem",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  target: "pod",
  each: "spec.volumes",
  validate: `!has(item.hostPath) || !item.hostPath.path.matches('${hostPlace("socket")}')`,
  path: "hostPath.path",
  message: "The pod mounts the container runtime's socket, or the directory it lies in",
  noFix: "What takes the socket's place depends on what it is used for.",
  examples: {
    pass: [
      { pod: { volumes: [{ name: "run", emptyDir: { medium: "Memory" } }] } },
      { pod: { volumes: [{ name: "lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } }] } },
    ],
    fail: [
      { pod: { volumes: [{ name: "docker", hostPath: { path: "/var/run/docker.sock", type: "Socket" } }] } },
      { pod: { volumes: [{ name: "containerd", hostPath: { path: "/run/containerd/containerd.sock" } }] } },
      {
        name: "the directory of the sockets",
        pod: { volumes: [{ name: "run", hostPath: { path: "/run/" } }] },
      },
    ],
  },
});
