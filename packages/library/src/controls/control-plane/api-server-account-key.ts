import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerAccountKey = defineControl({
  id: "api-server-account-key",
  title: "Account tokens are checked with a key of their own",
  severity: "medium",
  why: "Without `--service-account-key-file` tokens are checked with the API server's TLS key, so that key cannot be changed without cutting off every pod, and is left in place after a leak.",
  remediation:
    "Set `--service-account-key-file` to the public half of the controller manager's signing key. While keys change, name both, or pods with old tokens are refused.",
  equivalents: [
    "kubescape:C-0136",
    "trivy:KCV-0025",
    "prowler:apiserver_service_account_key_file_set",
    "checkov:CKV_K8S_97",
  ],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "service-account-key-file",
    holds: (value, flags) => isSet(value) || isSet(flags.get("service-account-signing-endpoint")),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      { resources: [staticPod("kube-apiserver", "--service-account-key-file=/etc/kubernetes/pki/sa.pub")] },
    ],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
