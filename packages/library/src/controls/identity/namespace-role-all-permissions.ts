import { defineControl } from "@plimsoll/core";
import { exceptDefault, holdsOneOf, narrowedToUse, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const namespaceRoleAllPermissions = defineControl({
  id: "namespace-role-all-permissions",
  title: "No role allows everything within a namespace",
  severity: "high",
  why: "Whoever takes over one of its holders reads every secret of the namespace, becomes any account there and runs what he likes, privileged too where Pod Security does not forbid it. Kinds that are installed later are included unasked.",
  remediation:
    "Replace the wildcards by what the holders were seen to do. Collect their requests from the audit log over a full cycle of work, write a rule for each, bind the new role beside the old one, and take the old one away once the log stays quiet. Until then requests that were forgotten fail with `forbidden`.",
  equivalents: [
    "kubescape:C-0187",
    "trivy:KSV-0112",
    "kube-linter:wildcard-in-rules",
    "prowler:rbac_minimize_wildcard_use_roles",
    "polaris:rolebindingClusterAdminRole",
    "checkov:CKV_K8S_49",
  ],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${holdsOneOf("verbs", ["*"])} && ${holdsOneOf("apiGroups", ["*"])} && ${holdsOneOf("resources", ["*"])} && !${reachesSystem})`,
  path: "",
  message: "The rule allows every verb on every resource of the namespace",
  ...narrowedToUse,
  examples: {
    pass: [
      { resources: [role("default", rule(["*"], ["deployments"], ["apps"]))] },
      {
        name: "for the whole cluster: another finding",
        resources: [clusterRole(rule(["*"], ["*"], ["*"]))],
      },
    ],
    fail: [{ resources: [role("default", rule(["*"], ["*"], ["*"]))] }],
  },
});
