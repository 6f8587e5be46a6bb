import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerSecurePort = defineControl({
  id: "api-server-secure-port",
  title: "The API server serves its secure port",
  severity: "high",
  why: "`--secure-port=0` switches the port with TLS and login off, which only made sense beside the port without either. Who works with such an API server does so without proof of identity.",
  remediation: "Remove `--secure-port=0`, or set `--secure-port=6443`. Newer versions do not start with 0.",
  equivalents: ["kubescape:C-0128", "trivy:KCV-0017", "checkov:CKV_K8S_89"],
  ...flagCheck({ component: "kube-apiserver", flag: "secure-port", holds: (value) => value !== "0" }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--secure-port=6443")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--secure-port=0")] }],
  },
});
