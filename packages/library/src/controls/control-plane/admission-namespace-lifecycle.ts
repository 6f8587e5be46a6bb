import { defineControl } from "@plimsoll/core";
import { disabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionNamespaceLifecycle = defineControl({
  id: "admission-namespace-lifecycle",
  title: "Nothing is made in namespaces that are going away",
  severity: "low",
  why: "With the plugin `NamespaceLifecycle` off, objects are made in namespaces that do not exist or are being deleted, where no policy applies and no review looks; and kube-system itself can be deleted.",
  remediation:
    "Take `NamespaceLifecycle` out of `--disable-admission-plugins`. Requests for namespaces that are not there fail again.",
  equivalents: [
    "kubescape:C-0126",
    "trivy:KCV-0015",
    "prowler:apiserver_namespace_lifecycle_plugin",
    "checkov:CKV_K8S_83",
  ],
  ...pluginCheck("disable-admission-plugins", (flags) => !disabled(flags, "NamespaceLifecycle")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--disable-admission-plugins=NamespaceLifecycle")] }],
  },
});
