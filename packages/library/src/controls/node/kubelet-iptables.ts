import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletIptables = defineControl({
  id: "kubelet-iptables",
  title: "Kubelets keep the node's packet rules in step",
  severity: "low",
  why: "With `makeIPTablesUtilChains` off, the rules that services and host ports rely on depend on what somebody wrote by hand, and packets go where nobody meant them to.",
  remediation:
    "Remove `makeIPTablesUtilChains: false`. Rules written by hand in the same chains are replaced.",
  equivalents: [
    "kubescape:C-0178",
    "trivy:KCV-0084",
    "prowler:kubelet_manage_iptables",
    "checkov:CKV_K8S_145",
  ],
  ...kubeletCheck({ setting: "makeIPTablesUtilChains", unset: "true", holds: (value) => value === "true" }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ makeIPTablesUtilChains: true })] }],
    fail: [{ resources: [kubeletConfiguration({ makeIPTablesUtilChains: false })] }],
  },
});
