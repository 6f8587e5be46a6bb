import { defineControl } from "@plimsoll/core";
import { enabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionExternalIps = defineControl({
  id: "admission-external-ips",
  title: "Services may not claim external addresses",
  severity: "medium",
  why: "Whoever may create Services writes any address into `externalIPs` and receives the cluster's traffic to it (CVE-2020-8554, which has no fix).",
  remediation:
    "Enable the admission plugin `DenyServiceExternalIPs`. Services that have the field keep it; new uses are refused.",
  equivalents: ["kubescape:C-0283", "prowler:apiserver_deny_service_external_ips"],
  grants: "lateral-movement",
  ...pluginCheck("enable-admission-plugins", (flags) => enabled(flags, "DenyServiceExternalIPs")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=DenyServiceExternalIPs")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=NodeRestriction")] }],
  },
});
