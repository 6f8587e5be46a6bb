import { defineControl } from "@plimsoll/core";
import { isSet, noFixForFlag, staticPod } from "./flags.ts";
import { auditCheck } from "./audit.ts";

export const auditPolicy = defineControl({
  id: "audit-policy",
  title: "The API server has an audit policy",
  severity: "medium",
  why: "Without a policy file nothing is written to the audit log, whatever its path says. The file decides what an investigation will be able to see.",
  remediation:
    "Name an audit policy in `--audit-policy-file` that records at least `Metadata` for everything. Record `Request` or more for roles, bindings, `pods/exec` and token requests, never the bodies of secrets.",
  equivalents: ["kubescape:C-0160"],
  reference: "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy",
  ...auditCheck("audit-policy-file", (flags) => isSet(flags.get("audit-policy-file"))),
  noFix: noFixForFlag,
  examples: {
    pass: [
      { resources: [staticPod("kube-apiserver", "--audit-policy-file=/etc/kubernetes/audit-policy.yaml")] },
    ],
    fail: [{ resources: [staticPod("kube-apiserver", "--audit-log-path=/var/log/kubernetes/audit.log")] }],
  },
});
