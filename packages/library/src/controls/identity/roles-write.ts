import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const rolesWrite = defineControl({
  id: "roles-write",
  title: "Few roles write roles",
  severity: "medium",
  why: "The holder may loosen any role within what he holds himself, quietly, for everyone who is bound to it. Through `delete` and a changed rule he also takes permissions away and stops controllers that guard the cluster.",
  remediation:
    "Remove the rule over roles, and apply them from one reviewed place. Operators that install roles for what they manage need it: limit those to their namespaces.",
  equivalents: ["trivy:KSV-0050"],
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-admin", "system:controller:clusterrole-aggregation-controller"),
  validate: `!(${allows(["create", "update", "patch"], ["roles", "clusterroles"], ["rbac.authorization.k8s.io"])} && ${anyName})`,
  path: "",
  message: "The rule writes roles",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "list"], ["roles"], ["rbac.authorization.k8s.io"]))] }],
    fail: [{ resources: [clusterRole(rule(["update"], ["clusterroles"], ["rbac.authorization.k8s.io"]))] }],
  },
});
