import { defineControl } from "@plimsoll/core";

export const hostPid = defineControl({
  id: "host-pid",
  title: "Pods do not share the node's process namespace",
  severity: "high",
  why: "The pod sees every process of the node with its arguments and can signal those of its own user. As root it reads the environment and files of other containers through `/proc/PID/root`, tokens included; with SYS_PTRACE or privileged it steps into the node itself.",
  remediation:
    "Remove `hostPID: true`. Only node agents that watch processes need it: let those run in a namespace of their own, without SYS_PTRACE where they only list. Signals to, and metrics of, processes outside the pod stop working.",
  equivalents: [
    "kubescape:C-0275",
    "kubescape:C-0038",
    "trivy:KSV-0010",
    "kube-linter:host-pid",
    "polaris:hostPIDSet",
    "kyverno:disallow-host-namespaces",
    "checkov:CKV_K8S_17",
    "gatekeeper:k8spsphostnamespace",
    "prowler:core_minimize_hostPID_containers",
  ],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: "!pod.spec.?hostPID.orValue(false)",
  path: "spec.hostPID",
  message: "The pod shares the node's process namespace",
  fix: [{ remove: "spec.hostPID" }],
  examples: {
    pass: [{ pod: {} }, { pod: { hostPID: false } }],
    fail: [{ pod: { hostPID: true } }],
  },
});
