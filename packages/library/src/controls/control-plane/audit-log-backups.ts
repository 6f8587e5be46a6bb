import { defineControl } from "@plimsoll/core";
import { noFixForFlag, staticPod } from "./flags.ts";
import { keptLogCheck } from "./audit.ts";

export const auditLogBackups = defineControl({
  id: "audit-log-backups",
  title: "Ten rotated audit logs are kept",
  severity: "low",
  why: "A busy hour, or one that an intruder makes busy on purpose, pushes the log out of the few files that are kept, his first steps before all.",
  remediation: "Set `--audit-log-maxbackup=10` or more, and ship the files off the node as they are written.",
  equivalents: [
    "kubescape:C-0132",
    "trivy:KCV-0021",
    "prowler:apiserver_audit_log_maxbackup_set",
    "checkov:CKV_K8S_93",
  ],
  ...keptLogCheck("audit-log-maxbackup", 10),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod("kube-apiserver", "--audit-log-path=/var/log/audit.log", "--audit-log-maxbackup=10"),
        ],
      },
    ],
    fail: [
      {
        resources: [
          staticPod("kube-apiserver", "--audit-log-path=/var/log/audit.log", "--audit-log-maxbackup=2"),
        ],
      },
    ],
  },
});
