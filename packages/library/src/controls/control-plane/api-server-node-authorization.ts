import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerNodeAuthorization = defineControl({
  id: "api-server-node-authorization",
  title: "The API server limits kubelets to their own pods",
  severity: "high",
  why: "Without the mode `Node`, kubelets are given rights by a role, and then each of them may read the secrets of all pods. One broken node is then all nodes.",
  remediation:
    "Put `Node` first in `--authorization-mode`, and set `NodeRestriction` beside it. Kubelets must carry certificates of the group `system:nodes`; with others they lose the API.",
  equivalents: [
    "kubescape:C-0119",
    "trivy:KCV-0008",
    "prowler:apiserver_auth_mode_include_node",
    "checkov:CKV_K8S_75",
  ],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/node/",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "authorization-mode",
    holds: (_, flags) => flags.list("authorization-mode").includes("Node"),
    file: "authorization-config",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--authorization-mode=Node,RBAC")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--authorization-mode=RBAC")] }],
  },
});
