import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerAccountLookup = defineControl({
  id: "api-server-account-lookup",
  title: "The API server refuses tokens of deleted accounts",
  severity: "high",
  why: "Without the lookup a token counts for as long as its signature is valid. Deleting the account or the pod that was broken into then does not shut the intruder out.",
  remediation:
    "Remove `--service-account-lookup=false`. What still lives on a deleted account's token is refused.",
  equivalents: [
    "kubescape:C-0135",
    "trivy:KCV-0024",
    "prowler:apiserver_service_account_lookup_true",
    "checkov:CKV_K8S_96",
  ],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "service-account-lookup",
    holds: (value) => value !== "false",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--service-account-lookup=false")] }],
  },
});
