import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const etcdClientAuthentication = defineControl({
  id: "etcd-client-authentication",
  title: "etcd asks its clients for a certificate",
  severity: "critical",
  why: "Without `--client-cert-auth` whoever reaches port 2379 reads every secret and writes himself any role, past the API server and its audit log.",
  remediation:
    "Set `--client-cert-auth=true` with `--trusted-ca-file`, after the API servers have got their client certificates.",
  equivalents: ["kubescape:C-0154", "trivy:KCV-0043", "prowler:etcd_client_cert_auth", "checkov:CKV_K8S_117"],
  grants: "cluster-takeover",
  ...flagCheck({
    component: "etcd",
    flag: "client-cert-auth",
    holds: (value) => value === "true",
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("etcd", "--client-cert-auth=true")] }],
    fail: [{ resources: [staticPod("etcd")] }],
  },
});
