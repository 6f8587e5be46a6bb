import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const etcdPeerAutoTls = defineControl({
  id: "etcd-peer-auto-tls",
  title: "etcd does not make its own certificates for its members",
  severity: "medium",
  why: "Certificates that each member signs itself prove nothing to the others: a stranger's is as good as theirs.",
  remediation: "Remove `--peer-auto-tls` and set `--peer-cert-file` and `--peer-key-file` of one authority.",
  equivalents: ["kubescape:C-0158", "trivy:KCV-0047", "prowler:etcd_no_peer_auto_tls"],
  ...flagCheck({
    component: "etcd",
    flag: "peer-auto-tls",
    holds: (value) => value === undefined || value === "false",
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("etcd")] }],
    fail: [{ resources: [staticPod("etcd", "--peer-auto-tls=true")] }],
  },
});
