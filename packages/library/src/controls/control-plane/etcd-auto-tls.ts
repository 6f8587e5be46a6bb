import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const etcdAutoTls = defineControl({
  id: "etcd-auto-tls",
  title: "etcd does not make its own certificates for clients",
  severity: "medium",
  why: "A certificate that etcd signs itself proves nothing: clients must skip the check, and whoever stands between is taken for etcd.",
  remediation:
    "Remove `--auto-tls` and set `--cert-file` and `--key-file` of an authority that the API servers check.",
  equivalents: ["kubescape:C-0155", "trivy:KCV-0044", "prowler:etcd_no_auto_tls", "checkov:CKV_K8S_118"],
  ...flagCheck({
    component: "etcd",
    flag: "auto-tls",
    holds: (value) => value === undefined || value === "false",
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("etcd")] }],
    fail: [{ resources: [staticPod("etcd", "--auto-tls=true")] }],
  },
});
