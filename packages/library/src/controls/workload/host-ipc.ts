import { defineControl } from "@plimsoll/core";

export const hostIpc = defineControl({
  id: "host-ipc",
  title: "Pods do not share the node's IPC namespace",
  severity: "medium",
  why: "Shared memory, semaphores and message queues of the node, `/dev/shm` among them, are open to the pod. An attacker reads and alters what node services and other such pods exchange there.",
  remediation:
    "Remove `hostIPC: true`. Containers of one pod share an IPC namespace anyway; mount an `emptyDir` of medium `Memory` at `/dev/shm` where only its size was the reason. Programs that talk to a node service through shared memory stop finding it.",
  equivalents: [
    "kubescape:C-0276",
    "kubescape:C-0038",
    "trivy:KSV-0008",
    "kube-linter:host-ipc",
    "polaris:hostIPCSet",
    "kyverno:disallow-host-namespaces",
    "checkov:CKV_K8S_18",
    "gatekeeper:k8spsphostnamespace",
    "prowler:core_minimize_hostIPC_containers",
  ],
  grants: "information",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: "!pod.spec.?hostIPC.orValue(false)",
  path: "spec.hostIPC",
  message: "The pod shares the node's IPC namespace",
  fix: [{ remove: "spec.hostIPC" }],
  examples: {
    pass: [{ pod: {} }, { pod: { hostIPC: false } }],
    fail: [{ pod: { hostIPC: true } }],
  },
});
