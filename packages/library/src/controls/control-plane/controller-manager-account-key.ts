import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerAccountKey = defineControl({
  id: "controller-manager-account-key",
  title: "Account tokens are signed with a key of their own",
  severity: "medium",
  why: "Without `--service-account-private-key-file` the controller manager makes no tokens, or takes a key that serves something else too; that one cannot be changed after a leak without breaking the rest.",
  remediation:
    "Set it to a key pair made for this alone, and name its public half on every API server. Changing the key ends all tokens signed before.",
  equivalents: [
    "kubescape:C-0147",
    "trivy:KCV-0036",
    "prowler:controllermanager_service_account_private_key_file",
    "checkov:CKV_K8S_110",
  ],
  ...flagCheck({
    component: "kube-controller-manager",
    flag: "service-account-private-key-file",
    holds: isSet,
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod(
            "kube-controller-manager",
            "--service-account-private-key-file=/etc/kubernetes/pki/sa.key",
          ),
        ],
      },
    ],
    fail: [{ resources: [staticPod("kube-controller-manager")] }],
  },
});
