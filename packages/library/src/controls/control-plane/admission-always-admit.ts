import { defineControl } from "@plimsoll/core";
import { enabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionAlwaysAdmit = defineControl({
  id: "admission-always-admit",
  title: "Admission is not set to admit everything",
  severity: "low",
  why: "`AlwaysAdmit` does nothing beside other plugins; it tells that somebody meant to switch admission off, and may have done so elsewhere.",
  remediation:
    "Remove `AlwaysAdmit` from `--enable-admission-plugins`. It decides nothing beside others, so nothing else changes.",
  equivalents: [
    "kubescape:C-0122",
    "trivy:KCV-0011",
    "prowler:apiserver_no_always_admit_plugin",
    "checkov:CKV_K8S_79",
  ],
  ...pluginCheck("enable-admission-plugins", (flags) => !enabled(flags, "AlwaysAdmit")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=NodeRestriction")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=AlwaysAdmit")] }],
  },
});
