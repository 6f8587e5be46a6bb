import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerRootAuthority = defineControl({
  id: "controller-manager-root-authority",
  title: "Pods are told which authority the API server has",
  severity: "medium",
  why: "Without `--root-ca-file` pods are given whatever authority the controller manager's own kubeconfig names, and none where it names none. Programs that cannot check the API server skip the check, and whoever stands between takes their tokens.",
  remediation: "Set `--root-ca-file` to the authority of the API server's certificate.",
  equivalents: [
    "kubescape:C-0148",
    "trivy:KCV-0037",
    "prowler:controllermanager_root_ca_file_set",
    "checkov:CKV_K8S_111",
  ],
  ...flagCheck({ component: "kube-controller-manager", flag: "root-ca-file", holds: isSet }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      { resources: [staticPod("kube-controller-manager", "--root-ca-file=/etc/kubernetes/pki/ca.crt")] },
    ],
    fail: [{ resources: [staticPod("kube-controller-manager")] }],
  },
});
