import { defineControl } from "@plimsoll/core";
import { exceptDefault, holdsOneOf, isEverything, narrowedToUse } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const roleWildcardVerbs = defineControl({
  id: "role-wildcard-verbs",
  title: "Roles name the verbs they allow",
  severity: "medium",
  why: "`*` as verb holds more than reading and writing: `deletecollection`, and on some resources `impersonate`, `bind`, `escalate` and `approve`. `*` on serviceaccounts is the power to act as each of them; `*` on roles is the power to write oneself any permission.",
  remediation:
    "Replace `*` by the verbs in use: mostly `get, list, watch`, and for controllers `create, update, patch, delete` besides. A verb that was forgotten fails with `forbidden`, and the message names it.",
  equivalents: [
    "kubescape:C-0187",
    "trivy:KSV-0045",
    "kube-linter:wildcard-in-rules",
    "prowler:rbac_minimize_wildcard_use_roles",
    "kubiscan:risky-any-verb-secrets",
    "kubiscan:risky-any-verb-pods",
    "kubiscan:risky-any-verb-deployments",
    "kubiscan:risky-any-verb-daemonsets",
    "kubiscan:risky-any-verb-statefulsets",
    "kubiscan:risky-any-verb-replicationcontrollers",
    "kubiscan:risky-any-verb-replicasets",
    "kubiscan:risky-any-verb-cronjobs",
    "kubiscan:risky-any-verb-groups",
    "checkov:CKV_K8S_49",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  target: "role",
  each: "rules",
  when: exceptDefault("cluster-admin", "system:kubelet-api-admin"),
  validate: `!(${holdsOneOf("verbs", ["*"])} && size(item.?resources.orValue([])) > 0) || (${isEverything})`,
  path: "verbs",
  message: "The rule allows every verb",
  ...narrowedToUse,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get", "list", "watch"], ["configmaps"]))] },
      { resources: [clusterRole(rule(["*"], ["*"], ["*"]))] },
    ],
    fail: [{ resources: [clusterRole(rule(["*"], ["configmaps"]))] }],
  },
});
