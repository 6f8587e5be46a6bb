import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const etcdCertificate = defineControl({
  id: "etcd-certificate",
  title: "etcd serves its clients over TLS",
  severity: "high",
  why: "Without a certificate everything etcd holds, all secrets among it, crosses the network readable.",
  remediation:
    "Set `--cert-file` and `--key-file`, and change the API servers' `--etcd-servers` to `https://` with `--etcd-cafile`.",
  equivalents: ["kubescape:C-0153", "trivy:KCV-0042", "prowler:etcd_tls_encryption", "checkov:CKV_K8S_116"],
  grants: "secret-access",
  ...flagCheck({
    component: "etcd",
    flag: "cert-file",
    holds: (value, flags) => isSet(value) && isSet(flags.get("key-file")),
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod(
            "etcd",
            "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
            "--key-file=/etc/kubernetes/pki/etcd/server.key",
          ),
        ],
      },
    ],
    fail: [{ resources: [staticPod("etcd")] }],
  },
});
