import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletCertificate = defineControl({
  id: "kubelet-certificate",
  title: "Kubelets have certificates that can be checked",
  severity: "medium",
  why: "A kubelet that signs its own certificate cannot be told from an impostor. The API server then skips the check, and logs and exec sessions go to whoever answers.",
  remediation:
    "Set `serverTLSBootstrap: true` and approve the requests of the kubelets, or give them `tlsCertFile` and `tlsPrivateKeyFile`. Until a request is approved, logs and exec on that node fail.",
  equivalents: [
    "kubescape:C-0181",
    "trivy:KCV-0088",
    "trivy:KCV-0089",
    "prowler:kubelet_tls_cert_and_key",
    "checkov:CKV_K8S_148",
  ],
  grants: "lateral-movement",
  ...kubeletCheck({
    setting: "tlsCertFile",
    unset: "",
    holds: (value, settings) => value !== "" || settings("serverTLSBootstrap") === "true",
  }),
  noFix: noFixForKubelet,
  examples: {
    pass: [
      { resources: [kubeletConfiguration({ serverTLSBootstrap: true })] },
      {
        resources: [
          kubeletConfiguration({
            tlsCertFile: "/var/lib/kubelet/pki/kubelet.crt",
            tlsPrivateKeyFile: "/var/lib/kubelet/pki/kubelet.key",
          }),
        ],
      },
    ],
    fail: [{ resources: [kubeletConfiguration({})] }],
  },
});
