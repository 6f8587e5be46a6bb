import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerAlwaysAllow = defineControl({
  id: "api-server-always-allow",
  title: "The API server does not allow every request",
  severity: "critical",
  why: "With the mode `AlwaysAllow`, or without any mode, each authenticated caller may do everything: every pod's token is then the whole cluster.",
  remediation:
    "Set `--authorization-mode=Node,RBAC`. Callers that lived on being asked nothing are refused until they hold a role; the audit log shows who they are.",
  equivalents: [
    "kubescape:C-0118",
    "trivy:KCV-0007",
    "prowler:apiserver_auth_mode_not_always_allow",
    "checkov:CKV_K8S_74",
  ],
  grants: "cluster-takeover",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "authorization-mode",
    holds: (value, flags) => value !== undefined && !flags.list("authorization-mode").includes("AlwaysAllow"),
    file: "authorization-config",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--authorization-mode=Node,RBAC")] }],
    fail: [
      { resources: [staticPod("kube-apiserver", "--authorization-mode=AlwaysAllow")] },
      { name: "the default", resources: [staticPod("kube-apiserver")] },
    ],
  },
});
