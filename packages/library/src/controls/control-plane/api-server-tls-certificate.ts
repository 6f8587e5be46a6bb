import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerTlsCertificate = defineControl({
  id: "api-server-tls-certificate",
  title: "The API server has a certificate that clients can check",
  severity: "medium",
  why: "Without one it signs its own, which no client can check, so clients learn to skip the check, and then any machine in between reads their tokens.",
  remediation:
    "Set `--tls-cert-file` and `--tls-private-key-file` to a certificate of the cluster's authority. It must name every address that clients use; `--tls-sni-cert-key` adds others by name.",
  equivalents: ["kubescape:C-0138", "trivy:KCV-0027", "prowler:apiserver_tls_config", "checkov:CKV_K8S_100"],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "tls-cert-file",
    holds: (value, flags) => isSet(value) && isSet(flags.get("tls-private-key-file")),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod(
            "kube-apiserver",
            "--tls-cert-file=/etc/kubernetes/pki/apiserver.crt",
            "--tls-private-key-file=/etc/kubernetes/pki/apiserver.key",
          ),
        ],
      },
    ],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
