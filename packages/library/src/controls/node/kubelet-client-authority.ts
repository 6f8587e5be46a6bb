import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletClientAuthority = defineControl({
  id: "kubelet-client-authority",
  title: "Kubelets check client certificates",
  severity: "medium",
  why: "Without an authority the kubelet cannot tell the API server from anyone else by certificate, so it must be let in by something weaker.",
  remediation: "Set `authentication.x509.clientCAFile` to the cluster's authority and restart the kubelet.",
  equivalents: [
    "kubescape:C-0070",
    "kubescape:C-0174",
    "trivy:KCV-0081",
    "prowler:kubelet_client_ca_file_set",
    "checkov:CKV_K8S_140",
  ],
  ...kubeletCheck({ setting: "authentication.x509.clientCAFile", unset: "", holds: (value) => value !== "" }),
  noFix: noFixForKubelet,
  examples: {
    pass: [
      {
        resources: [
          kubeletConfiguration({ authentication: { x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" } } }),
        ],
      },
    ],
    fail: [{ resources: [kubeletConfiguration({ authentication: { x509: {} } })] }],
  },
});
