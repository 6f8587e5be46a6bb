import { defineControl } from "@plimsoll/core";
import { exceptDefault, holdsOneOf, narrowedToUse, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const roleAllPermissions = defineControl({
  id: "role-all-permissions",
  title: "No role allows everything on everything",
  severity: "critical",
  why: "A rule with `*` for verbs, groups and resources is cluster-admin under another name. Whoever takes over one of its holders reads every secret and starts privileged pods; in kube-system it is the accounts of the control plane, which is as much.",
  remediation:
    "Replace the wildcards by what the holders were seen to do. Collect their requests from the audit log over a full cycle of work, write a rule for each, bind the new role beside the old one, and take the old one away once the log stays quiet. Until then requests that were forgotten fail with `forbidden`.",
  equivalents: [
    "kubescape:C-0187",
    "kubescape:C-0267",
    "trivy:KSV-0044",
    "trivy:KSV-0046",
    "kube-linter:wildcard-in-rules",
    "prowler:rbac_minimize_wildcard_use_roles",
    "rbac-police:cluster_admin",
    "kubiscan:risky-any-verb",
    "checkov:CKV_K8S_49",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  target: "role",
  each: "rules",
  when: exceptDefault("cluster-admin"),
  validate: `!(${holdsOneOf("verbs", ["*"])} && ${holdsOneOf("apiGroups", ["*"])} && ${holdsOneOf("resources", ["*"])} && ${reachesSystem})`,
  path: "",
  message: "The rule allows every verb on every resource of every group",
  ...narrowedToUse,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get"], ["*"], ["*"]))] },
      {
        name: "within a namespace: another finding",
        resources: [role("default", rule(["*"], ["*"], ["*"]))],
      },
    ],
    fail: [
      { resources: [clusterRole(rule(["*"], ["*"], ["*"]))] },
      { name: "within kube-system", resources: [role("kube-system", rule(["*"], ["*"], ["*"]))] },
    ],
  },
});
