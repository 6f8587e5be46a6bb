import { defineControl } from "@plimsoll/core";
import { noFixForFlag, staticPod } from "./flags.ts";
import { keptLogCheck } from "./audit.ts";

export const auditLogAge = defineControl({
  id: "audit-log-age",
  title: "Audit logs are kept for thirty days",
  severity: "low",
  why: "Break-ins are mostly noticed after weeks. What was rotated away by then can tell nobody how it began.",
  remediation:
    "Set `--audit-log-maxage=30` or more, or ship the log elsewhere and keep it there. The disk must hold it: see `--audit-log-maxsize` and `--audit-log-maxbackup`.",
  equivalents: [
    "kubescape:C-0131",
    "trivy:KCV-0020",
    "prowler:apiserver_audit_log_maxage_set",
    "checkov:CKV_K8S_92",
  ],
  ...keptLogCheck("audit-log-maxage", 30),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod("kube-apiserver", "--audit-log-path=/var/log/audit.log", "--audit-log-maxage=30"),
        ],
      },
    ],
    fail: [
      {
        resources: [
          staticPod("kube-apiserver", "--audit-log-path=/var/log/audit.log", "--audit-log-maxage=3"),
        ],
      },
    ],
  },
});
