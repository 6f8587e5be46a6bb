import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const networkPoliciesWrite = defineControl({
  id: "network-policies-write",
  title: "Few roles write network policies",
  severity: "medium",
  why: "Policies add up: one more that allows everything, or a deleted one that denied it, opens the namespace's network. Whoever may do that is not held by any of them.",
  remediation:
    "Remove the rule over network policies, and apply them from one reviewed place. Operators that bring policies of their own need `create` and their own names.",
  equivalents: ["trivy:KSV-0056"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["create", "update", "patch", "delete", "deletecollection"], ["networkpolicies"], ["networking.k8s.io"])} && ${anyName})`,
  path: "",
  message: "The rule writes any network policy",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "list"], ["networkpolicies"], ["networking.k8s.io"]))] }],
    fail: [{ resources: [clusterRole(rule(["delete"], ["networkpolicies"], ["networking.k8s.io"]))] }],
  },
});
