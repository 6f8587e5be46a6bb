import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerRbac = defineControl({
  id: "api-server-rbac",
  title: "The API server authorises by RBAC",
  severity: "high",
  why: "Without the mode `RBAC`, roles and bindings are ink on paper: what callers may do is decided elsewhere, by an old policy file or a webhook that nobody reviews here.",
  remediation:
    "Add `RBAC` to `--authorization-mode`, and move what the other modes granted into roles before taking them out.",
  equivalents: [
    "kubescape:C-0120",
    "kubescape:C-0088",
    "trivy:KCV-0009",
    "prowler:apiserver_auth_mode_include_rbac",
    "checkov:CKV_K8S_77",
  ],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "authorization-mode",
    holds: (_, flags) => flags.list("authorization-mode").includes("RBAC"),
    file: "authorization-config",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--authorization-mode=Node,RBAC")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--authorization-mode=Node,Webhook")] }],
  },
});
