import { defineControl } from "@plimsoll/core";
import { enabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionNodeRestriction = defineControl({
  id: "admission-node-restriction",
  title: "Kubelets change only their own node and pods",
  severity: "high",
  why: "Without `NodeRestriction`, the kubelet of a node that was taken relabels other nodes, so that strong pods come to it, and writes the status of pods elsewhere.",
  remediation:
    "Add `NodeRestriction` to `--enable-admission-plugins`. Tools that label nodes with the kubelet's credentials must use others for `node-restriction.kubernetes.io/` labels.",
  equivalents: [
    "kubescape:C-0127",
    "trivy:KCV-0016",
    "prowler:apiserver_node_restriction_plugin",
    "checkov:CKV_K8S_85",
  ],
  grants: "lateral-movement",
  ...pluginCheck("enable-admission-plugins", (flags) => enabled(flags, "NodeRestriction")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=NodeRestriction")] }],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
