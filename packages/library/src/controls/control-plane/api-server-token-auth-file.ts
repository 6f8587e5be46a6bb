import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerTokenAuthFile = defineControl({
  id: "api-server-token-auth-file",
  title: "The API server takes no passwords from a token file",
  severity: "high",
  why: "The file holds tokens in plain text that never end and are read only when the API server starts. Whoever reads the file, or a backup of the node, logs in as anyone in it, and nobody can shut him out without a restart.",
  remediation:
    "Remove `--token-auth-file` and give its users OIDC logins or short-lived tokens. Scripts that use one of the tokens fail from then on.",
  equivalents: [
    "kubescape:C-0114",
    "trivy:KCV-0002",
    "prowler:apiserver_no_token_auth_file",
    "checkov:CKV_K8S_70",
  ],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "token-auth-file",
    holds: (value) => value === undefined,
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--token-auth-file=/etc/kubernetes/tokens.csv")] }],
  },
});
