import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerKubeletAuthority = defineControl({
  id: "api-server-kubelet-authority",
  title: "The API server checks the kubelets' certificates",
  severity: "medium",
  why: "Without a certificate authority it takes any kubelet's word. Whoever gets between it and a node reads logs and exec sessions, what is typed there included, and answers in the node's place.",
  remediation:
    "Set `--kubelet-certificate-authority`, after kubelets have got serving certificates that it signed. For those set `serverTLSBootstrap: true` and approve their requests. Set first, the flag breaks logs, exec and port-forward, since kubelets sign their own certificates by default.",
  equivalents: [
    "kubescape:C-0117",
    "trivy:KCV-0006",
    "prowler:apiserver_kubelet_cert_auth",
    "checkov:CKV_K8S_73",
  ],
  grants: "lateral-movement",
  ...flagCheck({ component: "kube-apiserver", flag: "kubelet-certificate-authority", holds: isSet }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod("kube-apiserver", "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt"),
        ],
      },
    ],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
