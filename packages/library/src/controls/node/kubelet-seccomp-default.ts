import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletSeccompDefault = defineControl({
  id: "kubelet-seccomp-default",
  title: "Containers get a seccomp profile unless they ask for none",
  severity: "medium",
  why: "Without a default, each container whose manifest is silent may use every system call of the kernel, among them those that most ways out of containers begin with.",
  remediation:
    "Set `seccompDefault: true`, node pool by node pool. Programs that need an unusual call, some debuggers and sandboxes, fail with `operation not permitted` and must name a profile of their own.",
  equivalents: ["kubescape:C-0210"],
  reference:
    "https://kubernetes.io/docs/tutorials/security/seccomp/#enable-the-use-of-runtimedefault-as-the-default-seccomp-profile-for-all-workloads",
  ...kubeletCheck({ setting: "seccompDefault", unset: "false", holds: (value) => value === "true" }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ seccompDefault: true })] }],
    fail: [{ resources: [kubeletConfiguration({ seccompDefault: false })] }],
  },
});
