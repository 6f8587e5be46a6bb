import { defineControl } from "@plimsoll/core";
import { builtInGroups, exceptDefault, holdsOneOf, narrowedToUse } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const roleWildcardCustomResources = defineControl({
  id: "role-wildcard-custom-resources",
  title: "Roles name the custom resources they mean",
  severity: "low",
  why: "`*` as resource of an operator's own group also covers its `status`, `finalizers` and whatever kinds a later release brings. An attacker who holds the role can point the operator at anything it manages, and the operator then acts with its own, larger powers.",
  remediation:
    "Replace `*` by the resources that are meant, each with its subresources. An operator that owns the whole group loses nothing but must be given new kinds when it is upgraded.",
  equivalents: [
    "kubescape:C-0187",
    "kube-linter:wildcard-in-rules",
    "prowler:rbac_minimize_wildcard_use_roles",
  ],
  target: "role",
  each: "rules",
  when: exceptDefault("cluster-admin", "system:controller:horizontal-pod-autoscaler"),
  validate: `!${holdsOneOf("resources", ["*"])} || ${holdsOneOf("apiGroups", builtInGroups)}`,
  path: "resources",
  message: "The rule covers every resource of a custom API group",
  ...narrowedToUse,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get", "list"], ["orders"], ["shop.example.com"]))] },
      { name: "a built-in group is another fact", resources: [clusterRole(rule(["get"], ["*"], ["apps"]))] },
    ],
    fail: [{ resources: [clusterRole(rule(["get", "update"], ["*"], ["shop.example.com"]))] }],
  },
});
