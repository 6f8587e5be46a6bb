import { defineControl } from "@plimsoll/core";
import { noFixForFlag, staticPod } from "./flags.ts";
import { keptLogCheck } from "./audit.ts";

export const auditLogSize = defineControl({
  id: "audit-log-size",
  title: "Audit logs are rotated at a hundred megabytes",
  severity: "low",
  why: "Small files are rotated away within minutes on a busy cluster, and with them the record of what was done.",
  remediation: "Set `--audit-log-maxsize=100` or more, as the disk allows.",
  equivalents: [
    "kubescape:C-0133",
    "trivy:KCV-0022",
    "prowler:apiserver_audit_log_maxsize_set",
    "checkov:CKV_K8S_94",
  ],
  ...keptLogCheck("audit-log-maxsize", 100),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod("kube-apiserver", "--audit-log-path=/var/log/audit.log", "--audit-log-maxsize=100"),
        ],
      },
    ],
    fail: [
      {
        resources: [
          staticPod("kube-apiserver", "--audit-log-path=/var/log/audit.log", "--audit-log-maxsize=10"),
        ],
      },
    ],
  },
});
