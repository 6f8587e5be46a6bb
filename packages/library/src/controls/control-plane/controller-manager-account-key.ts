import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerAccountKey = defineControl({
  id: "controller-manager-account-key",
  title: "Account tokens are signed with a key of their own",
  severity: "medium",
  why: "Without `--service-account-private-key-file` the controller manager fills no token Secrets, and what signs the accounts' tokens stands nowhere to be seen. A key that serves something else too cannot be changed after a leak without breaking the rest.",
  remediation:
    "Set `--service-account-private-key-file` to a key made for this alone. Name its public half in `--service-account-key-file` on every API server, and keep the old one beside it for a while: without it all tokens signed before end.",
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
