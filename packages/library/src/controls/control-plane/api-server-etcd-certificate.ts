import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerEtcdCertificate = defineControl({
  id: "api-server-etcd-certificate",
  title: "The API server shows etcd a certificate",
  severity: "high",
  why: "Without a client certificate etcd must let everybody in who reaches it, and etcd is the cluster: all secrets to read, all roles to write.",
  remediation:
    "Set `--etcd-certfile` and `--etcd-keyfile`, then `--client-cert-auth` on etcd. In the other order the API server loses its store.",
  equivalents: [
    "kubescape:C-0137",
    "trivy:KCV-0026",
    "prowler:apiserver_etcd_tls_config",
    "checkov:CKV_K8S_99",
  ],
  grants: "cluster-takeover",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "etcd-certfile",
    holds: (value, flags) => isSet(value) && isSet(flags.get("etcd-keyfile")),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod(
            "kube-apiserver",
            "--etcd-certfile=/etc/kubernetes/pki/etcd.crt",
            "--etcd-keyfile=/etc/kubernetes/pki/etcd.key",
          ),
        ],
      },
    ],
    fail: [{ resources: [staticPod("kube-apiserver", "--etcd-certfile=/etc/kubernetes/pki/etcd.crt")] }],
  },
});
