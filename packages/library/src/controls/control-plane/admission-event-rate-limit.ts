import { defineControl } from "@plimsoll/core";
import { enabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionEventRateLimit = defineControl({
  id: "admission-event-rate-limit",
  title: "Events cannot flood the API server",
  severity: "low",
  why: "Whoever may write events, as any pod's controller does, can write them without end and fill etcd, until the API server refuses everybody.",
  remediation:
    "Enable the admission plugin `EventRateLimit` with limits by namespace and by user. They stand in the file that `--admission-control-config-file` names. Events over the limit are lost.",
  equivalents: [
    "kubescape:C-0121",
    "trivy:KCV-0010",
    "prowler:apiserver_event_rate_limit",
    "checkov:CKV_K8S_78",
  ],
  grants: "denial-of-service",
  ...pluginCheck("enable-admission-plugins", (flags) => enabled(flags, "EventRateLimit")),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [staticPod("kube-apiserver", "--enable-admission-plugins=NodeRestriction,EventRateLimit")],
      },
    ],
    fail: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=NodeRestriction")] }],
  },
});
