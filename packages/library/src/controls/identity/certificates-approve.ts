import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const certificatesApprove = defineControl({
  id: "certificates-approve",
  title: "No role approves certificate requests",
  severity: "critical",
  why: "An approved client certificate is a login under the name written into it: a node's, or that of a control-plane component. It cannot be revoked and works until it ends, long after the account that asked for it is gone.",
  remediation:
    "Remove the rule over `certificatesigningrequests/approval`. Leave approval to the certificate controller and to one guarded approver for kubelet serving certificates, whose `signers` rule names that signer only. Other requests then wait for a person.",
  equivalents: [
    "kubescape:C-0280",
    "prowler:rbac_minimize_csr_approval_access",
    "rbac-police:approve_csrs",
    "checkov:CKV_K8S_156",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#csrs-and-certificate-issuing",
  target: "role",
  each: "rules",
  when: exceptDefault("system:controller:certificate-controller"),
  validate: `!(${allows(["update", "patch"], ["certificatesigningrequests/approval"], ["certificates.k8s.io"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule approves any certificate request",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole(rule(["create", "get"], ["certificatesigningrequests"], ["certificates.k8s.io"])),
        ],
      },
    ],
    fail: [
      {
        resources: [
          clusterRole(rule(["update"], ["certificatesigningrequests/approval"], ["certificates.k8s.io"])),
        ],
      },
    ],
  },
});
