import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletPodPids = defineControl({
  id: "kubelet-pod-pids",
  title: "Pods may not use up the node's process ids",
  severity: "medium",
  why: "Without a limit one pod that forks without end takes every process id of its node, and all other pods there, and the kubelet, stand still.",
  remediation:
    "Set `podPidsLimit`, 4096 for instance. Programs with many threads, such as databases and Java servers, may need more: look at `pids.current` of their cgroups first.",
  equivalents: ["kubescape:C-0284"],
  grants: "denial-of-service",
  ...kubeletCheck({ setting: "podPidsLimit", unset: "-1", holds: (value) => Number(value) > 0 }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ podPidsLimit: 4096 })] }],
    fail: [{ resources: [kubeletConfiguration({ podPidsLimit: -1 })] }],
  },
});
