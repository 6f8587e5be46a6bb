import { defineControl } from "@plimsoll/core";
import { disabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionPodSecurity = defineControl({
  id: "admission-pod-security",
  title: "Pod Security admission is on",
  severity: "high",
  why: "With the plugin `PodSecurity` off, the labels of namespaces forbid nothing, and everyone who makes pods may make privileged ones.",
  remediation:
    "Take `PodSecurity` out of `--disable-admission-plugins`. Namespaces with an `enforce` label then refuse pods that do not fit; `kubectl label --dry-run=server` names them beforehand.",
  equivalents: [],
  grants: "node-takeover",
  ...pluginCheck("disable-admission-plugins", (flags) => !disabled(flags, "PodSecurity")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--disable-admission-plugins=PodSecurity")] }],
  },
});
