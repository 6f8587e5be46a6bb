import { defineControl } from "@plimsoll/core";
import { builtInGroups, exceptDefault, holdsOneOf, isEverything, narrowedToUse } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const roleWildcardResources = defineControl({
  id: "role-wildcard-resources",
  title: "No role names all resources of a built-in group",
  severity: "high",
  why: "`*` as resource in the core group includes Secrets, `pods/exec` and `serviceaccounts/token`; in the other built-in groups, workloads, roles and webhooks. Even with `get` alone the holder reads every secret in reach, and each resource that Kubernetes adds later is included unasked.",
  remediation:
    "Replace `*` by the resources that the holders use. `kubectl api-resources` names them, the audit log tells which were asked for. Requests for a resource that was left out fail with `forbidden`.",
  equivalents: [
    "kubescape:C-0187",
    "trivy:KSV-0046",
    "kube-linter:wildcard-in-rules",
    "prowler:rbac_minimize_wildcard_use_roles",
    "kubiscan:risky-any-resource-create",
    "kubiscan:risky-any-resource-delete",
    "kubiscan:risky-any-resource-list",
    "kubiscan:risky-any-resource-get",
    "kubiscan:risky-any-resource-impersonate",
    "checkov:CKV_K8S_49",
  ],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "cluster-admin",
    "system:kube-controller-manager",
    "system:controller:generic-garbage-collector",
    "system:controller:namespace-controller",
    "system:controller:resourcequota-controller",
    "system:controller:storage-version-migrator-controller",
  ),
  validate: `!(${holdsOneOf("resources", ["*"])} && ${holdsOneOf("apiGroups", builtInGroups)}) || (${isEverything})`,
  path: "resources",
  message: "The rule covers every resource of a built-in API group",
  ...narrowedToUse,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get", "list"], ["pods", "services"]))] },
      {
        name: "a group of custom resources",
        resources: [clusterRole(rule(["get"], ["*"], ["shop.example.com"]))],
      },
    ],
    fail: [
      { resources: [clusterRole(rule(["get", "list"], ["*"]))] },
      { name: "all groups", resources: [clusterRole(rule(["list"], ["*"], ["*"]))] },
    ],
  },
});
