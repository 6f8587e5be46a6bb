import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerAccountCredentials = defineControl({
  id: "controller-manager-account-credentials",
  title: "Each controller works under an account of its own",
  severity: "medium",
  why: "Without `--use-service-account-credentials` all controllers share one identity that holds the powers of all, and the audit log cannot tell which of them acted.",
  remediation:
    "Set `--use-service-account-credentials=true`. The roles for each controller are made by the API server; where somebody deleted them, those controllers stop.",
  equivalents: [
    "kubescape:C-0146",
    "trivy:KCV-0035",
    "prowler:controllermanager_service_account_credentials",
    "checkov:CKV_K8S_108",
  ],
  ...flagCheck({
    component: "kube-controller-manager",
    flag: "use-service-account-credentials",
    holds: (value) => value === "true",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-controller-manager", "--use-service-account-credentials=true")] }],
    fail: [{ resources: [staticPod("kube-controller-manager")] }],
  },
});
