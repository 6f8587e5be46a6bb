import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerEtcdAuthority = defineControl({
  id: "api-server-etcd-authority",
  title: "The API server checks etcd's certificate",
  severity: "high",
  why: "Without etcd's authority the API server trusts each one that its host trusts, or speaks plain HTTP. It then stores the cluster, secrets in the clear, with whoever answers at that address.",
  remediation:
    "Set `--etcd-cafile` to the authority that signed etcd's certificate. With another one the API server does not start.",
  equivalents: [
    "kubescape:C-0140",
    "trivy:KCV-0029",
    "prowler:apiserver_etcd_cafile_set",
    "checkov:CKV_K8S_102",
  ],
  ...flagCheck({ component: "kube-apiserver", flag: "etcd-cafile", holds: isSet }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--etcd-cafile=/etc/kubernetes/pki/etcd-ca.crt")] }],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
