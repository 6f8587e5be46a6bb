import { defineControl } from "@plimsoll/core";
import { isSet, noFixForFlag, staticPod } from "./flags.ts";
import { auditCheck } from "./audit.ts";

export const auditLog = defineControl({
  id: "audit-log",
  title: "The API server keeps an audit log",
  severity: "high",
  why: "Without it nobody can tell who read a secret, opened a shell or wrote a role: not while it happens and not afterwards. An intruder who is found has still never been seen.",
  remediation:
    "Set `--audit-log-path` (or `--audit-webhook-config-file`) with an `--audit-policy-file`, and ship the log off the node. Mount the folder into the static pod first: the API server does not start without it. On a managed cluster turn the audit log on with the provider.",
  equivalents: [
    "kubescape:C-0067",
    "kubescape:C-0130",
    "kubescape:C-0254",
    "trivy:KCV-0019",
    "prowler:apiserver_audit_log_path_set",
    "checkov:CKV_K8S_91",
  ],
  reference: "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/",
  ...auditCheck(
    "audit-log-path",
    (flags) => isSet(flags.get("audit-log-path")) || isSet(flags.get("audit-webhook-config-file")),
  ),
  noFix: noFixForFlag,
  examples: {
    pass: [
      { resources: [staticPod("kube-apiserver", "--audit-log-path=/var/log/kubernetes/audit.log")] },
      {
        resources: [
          staticPod("kube-apiserver", "--audit-webhook-config-file=/etc/kubernetes/audit-webhook.yaml"),
        ],
      },
    ],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
