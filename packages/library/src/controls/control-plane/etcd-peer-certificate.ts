import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const etcdPeerCertificate = defineControl({
  id: "etcd-peer-certificate",
  title: "Members of etcd speak to each other over TLS",
  severity: "high",
  why: "The members copy everything to each other. Without a certificate somebody on that network reads all of it.",
  remediation:
    "Set `--peer-cert-file` and `--peer-key-file` on each member, one after another. A cluster of one member loses nothing by it.",
  equivalents: ["kubescape:C-0156", "trivy:KCV-0045", "prowler:etcd_peer_tls_config", "checkov:CKV_K8S_119"],
  grants: "secret-access",
  ...flagCheck({
    component: "etcd",
    flag: "peer-cert-file",
    holds: (value, flags) => isSet(value) && isSet(flags.get("peer-key-file")),
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod(
            "etcd",
            "--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt",
            "--peer-key-file=/etc/kubernetes/pki/etcd/peer.key",
          ),
        ],
      },
    ],
    fail: [{ resources: [staticPod("etcd")] }],
  },
});
