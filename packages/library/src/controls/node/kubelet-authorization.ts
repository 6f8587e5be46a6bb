import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletAuthorization = defineControl({
  id: "kubelet-authorization",
  title: "Kubelets ask the API server who may do what",
  severity: "critical",
  why: "With `AlwaysAllow` each caller whom the kubelet knows by any certificate or token, every pod's account among them, may run commands in all pods of the node.",
  remediation:
    "Set `authorization.mode: Webhook` and restart the kubelet, node by node. Scrapers need a role with `nodes/metrics` first.",
  equivalents: [
    "kubescape:C-0173",
    "trivy:KCV-0080",
    "prowler:kubelet_authorization_mode",
    "checkov:CKV_K8S_139",
  ],
  grants: "cluster-takeover",
  ...kubeletCheck({
    setting: "authorization.mode",
    unset: "Webhook",
    holds: (value) => value !== "AlwaysAllow",
  }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ authorization: { mode: "Webhook" } })] }],
    fail: [{ resources: [kubeletConfiguration({ authorization: { mode: "AlwaysAllow" } })] }],
  },
});
