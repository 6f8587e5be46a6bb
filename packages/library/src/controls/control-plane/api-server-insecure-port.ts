import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerInsecurePort = defineControl({
  id: "api-server-insecure-port",
  title: "The API server has no port without a lock",
  severity: "critical",
  why: "The insecure port asks nobody for a name and checks no role: whoever reaches it, from the node or wider, owns the cluster. Kubernetes 1.24 removed it; before 1.20 it was open on localhost by default.",
  remediation: "Set `--insecure-port=0`, or upgrade. Local tools that spoke to port 8080 need a kubeconfig.",
  equivalents: ["kubescape:C-0005", "checkov:CKV_K8S_88"],
  grants: "cluster-takeover",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "insecure-port",
    holds: (value) => value === undefined || value === "0",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--insecure-port=0")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--insecure-port=8080")] }],
  },
});
