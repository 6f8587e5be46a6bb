import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerKubeletCertificate = defineControl({
  id: "api-server-kubelet-certificate",
  title: "The API server shows the kubelets a certificate",
  severity: "high",
  why: "Without one the API server comes to the kubelets as nobody, and logs and exec only work where kubelets let anonymous callers in. Then everybody on the pod network may run commands there too.",
  remediation:
    "Set `--kubelet-client-certificate` and `--kubelet-client-key`, for a certificate that the kubelets' client CA signed. Logs and exec fail while they trust another.",
  equivalents: [
    "kubescape:C-0116",
    "trivy:KCV-0005",
    "prowler:apiserver_kubelet_tls_auth",
    "checkov:CKV_K8S_72",
  ],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "kubelet-client-certificate",
    holds: (value, flags) => isSet(value) && isSet(flags.get("kubelet-client-key")),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod(
            "kube-apiserver",
            "--kubelet-client-certificate=/etc/kubernetes/pki/kubelet.crt",
            "--kubelet-client-key=/etc/kubernetes/pki/kubelet.key",
          ),
        ],
      },
    ],
    fail: [
      {
        resources: [
          staticPod("kube-apiserver", "--kubelet-client-certificate=/etc/kubernetes/pki/kubelet.crt"),
        ],
      },
    ],
  },
});
