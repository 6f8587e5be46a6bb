import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const etcdPeerAuthentication = defineControl({
  id: "etcd-peer-authentication",
  title: "Members of etcd prove to each other who they are",
  severity: "high",
  why: "Without `--peer-client-cert-auth` anybody who reaches port 2380 joins in the talk of the members and receives, or changes, the cluster's data.",
  remediation:
    "Set `--peer-client-cert-auth=true` with `--peer-trusted-ca-file` on each member, after all have peer certificates.",
  equivalents: [
    "kubescape:C-0157",
    "trivy:KCV-0046",
    "prowler:etcd_peer_client_cert_auth",
    "checkov:CKV_K8S_121",
  ],
  grants: "cluster-takeover",
  ...flagCheck({
    component: "etcd",
    flag: "peer-client-cert-auth",
    holds: (value) => value === "true",
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("etcd", "--peer-client-cert-auth=true")] }],
    fail: [{ resources: [staticPod("etcd")] }],
  },
});
