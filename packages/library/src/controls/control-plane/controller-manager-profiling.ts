import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerProfiling = defineControl({
  id: "controller-manager-profiling",
  title: "The controller manager offers no profiles of itself",
  severity: "low",
  why: "`/debug/pprof` shows what the process works on, and makes it spend time on request.",
  remediation: "Set `--profiling=false` and switch it on for the hour in which somebody measures.",
  equivalents: [
    "kubescape:C-0145",
    "trivy:KCV-0034",
    "prowler:controllermanager_disable_profiling",
    "checkov:CKV_K8S_107",
  ],
  grants: "information",
  ...flagCheck({
    component: "kube-controller-manager",
    flag: "profiling",
    holds: (value) => value === "false",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-controller-manager", "--profiling=false")] }],
    fail: [{ resources: [staticPod("kube-controller-manager")] }],
  },
});
