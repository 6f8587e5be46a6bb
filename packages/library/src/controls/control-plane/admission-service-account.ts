import { defineControl } from "@plimsoll/core";
import { disabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionServiceAccount = defineControl({
  id: "admission-service-account",
  title: "Admission gives pods their accounts",
  severity: "medium",
  why: "With the plugin `ServiceAccount` off, nobody checks that a pod's account exists and may use the secrets that the pod names, and pods get by without any account.",
  remediation:
    "Take `ServiceAccount` out of `--disable-admission-plugins`. Pods that name an account that is not there are refused.",
  equivalents: [
    "kubescape:C-0125",
    "trivy:KCV-0014",
    "prowler:apiserver_service_account_plugin",
    "checkov:CKV_K8S_82",
  ],
  ...pluginCheck("disable-admission-plugins", (flags) => !disabled(flags, "ServiceAccount")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--disable-admission-plugins=ServiceAccount")] }],
  },
});
