import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerTokenExtension = defineControl({
  id: "api-server-token-extension",
  title: "Account tokens are not extended to a year",
  severity: "low",
  why: "To spare old clients, the API server lets tokens that are mounted into pods live for a year where an hour was asked for. A stolen one is good for as long as its pod is there.",
  remediation:
    "Set `--service-account-extend-token-expiration=false`, once `serviceaccount_stale_tokens_total` has stayed at zero. That metric counts requests of clients that do not read their token anew; those are refused an hour after their start.",
  equivalents: ["kubescape:C-0290"],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "service-account-extend-token-expiration",
    holds: (value) => value === "false",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--service-account-extend-token-expiration=false")] }],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
