import { defineControl } from "@plimsoll/core";
import { exceptDefault, holdsOneOf, isEverything, narrowedToUse } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const roleWildcardApiGroups = defineControl({
  id: "role-wildcard-api-groups",
  title: "Roles name the API groups they mean",
  severity: "low",
  why: "With `*` as group the rule also covers a resource of the same name in any group, today's or one installed next year. A role that should read `pods` of metrics then reads those of the core group, and one for an operator's `secrets` reads Kubernetes' own.",
  remediation:
    'Replace `*` by the API groups that are meant. `kubectl api-resources` shows the group of each resource; the core group is written `""`. Requests to a group that was left out fail with `forbidden`.',
  equivalents: [
    "kubescape:C-0187",
    "kube-linter:wildcard-in-rules",
    "prowler:rbac_minimize_wildcard_use_roles",
  ],
  target: "role",
  each: "rules",
  when: exceptDefault(
    "cluster-admin",
    "system:kube-controller-manager",
    "system:controller:disruption-controller",
    "system:controller:generic-garbage-collector",
    "system:controller:horizontal-pod-autoscaler",
    "system:controller:namespace-controller",
    "system:controller:resourcequota-controller",
    "system:controller:storage-version-migrator-controller",
  ),
  validate: `!${holdsOneOf("apiGroups", ["*"])} || (${isEverything})`,
  path: "apiGroups",
  message: "The rule covers every API group",
  ...narrowedToUse,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods"], ["metrics.k8s.io"]))] }],
    fail: [{ resources: [clusterRole(rule(["get"], ["pods"], ["*"]))] }],
  },
});
