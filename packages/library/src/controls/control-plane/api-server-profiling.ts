import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerProfiling = defineControl({
  id: "api-server-profiling",
  title: "The API server offers no profiles of itself",
  severity: "low",
  why: "`/debug/pprof` is open to whoever may read it, shows what the process works on, and makes it spend time on request.",
  remediation: "Set `--profiling=false` and switch it on for the hour in which somebody measures.",
  equivalents: [
    "kubescape:C-0129",
    "trivy:KCV-0018",
    "prowler:apiserver_disable_profiling",
    "checkov:CKV_K8S_90",
  ],
  grants: "information",
  ...flagCheck({ component: "kube-apiserver", flag: "profiling", holds: (value) => value === "false" }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--profiling=false")] }],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
