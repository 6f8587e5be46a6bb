import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const schedulerProfiling = defineControl({
  id: "scheduler-profiling",
  title: "The scheduler offers no profiles of itself",
  severity: "low",
  why: "`/debug/pprof` shows what the process works on, and makes it spend time on request.",
  remediation: "Set `--profiling=false`, or `enableProfiling: false` in the file that `--config` names.",
  equivalents: ["kubescape:C-0151", "trivy:KCV-0040", "prowler:scheduler_profiling", "checkov:CKV_K8S_114"],
  grants: "information",
  ...flagCheck({
    component: "kube-scheduler",
    flag: "profiling",
    holds: (value) => value === "false",
    file: "config",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-scheduler", "--profiling=false")] }],
    fail: [{ resources: [staticPod("kube-scheduler")] }],
  },
});
