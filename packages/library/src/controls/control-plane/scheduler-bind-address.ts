import { defineControl } from "@plimsoll/core";
import { flagCheck, isLoopback, noFixForFlag, staticPod } from "./flags.ts";

export const schedulerBindAddress = defineControl({
  id: "scheduler-bind-address",
  title: "The scheduler listens on its own host only",
  severity: "low",
  why: "Its metrics and debug pages need nobody from outside. On all addresses they are one more place to knock at, from pods and from the network.",
  remediation:
    "Set `--bind-address=127.0.0.1`. A Prometheus that scrapes it over the network must go through a proxy with a login.",
  equivalents: [
    "kubescape:C-0152",
    "trivy:KCV-0041",
    "prowler:scheduler_bind_address",
    "checkov:CKV_K8S_115",
  ],
  ...flagCheck({ component: "kube-scheduler", flag: "bind-address", holds: isLoopback }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-scheduler", "--bind-address=127.0.0.1")] }],
    fail: [{ resources: [staticPod("kube-scheduler")] }],
  },
});
