import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletKernelDefaults = defineControl({
  id: "kubelet-kernel-defaults",
  title: "Kubelets do not loosen the kernel's settings",
  severity: "low",
  why: "Where the node's kernel settings differ from what the kubelet wants, it changes them silently, also settings that somebody had tightened.",
  remediation:
    "Set `protectKernelDefaults: true`, after the kernel has been set as the kubelet wants it. That is `vm.overcommit_memory=1`, `kernel.panic=10`, `kernel.panic_on_oops=1`, `vm.panic_on_oom=0`, `kernel.keys.root_maxkeys=1000000`, `kernel.keys.root_maxbytes=25000000`. With other values the kubelet does not start.",
  equivalents: ["kubescape:C-0177", "trivy:KCV-0083", "checkov:CKV_K8S_144"],
  ...kubeletCheck({ setting: "protectKernelDefaults", unset: "false", holds: (value) => value === "true" }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ protectKernelDefaults: true })] }],
    fail: [{ resources: [kubeletConfiguration({ protectKernelDefaults: false })] }],
  },
});
