import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const namespacesModify = defineControl({
  id: "namespaces-modify",
  title: "Few roles change namespaces",
  severity: "high",
  why: "The labels of a namespace switch Pod Security on and off and decide which network policies and webhooks apply. Whoever writes them removes the guard first and then asks for a privileged pod.",
  remediation:
    "Remove `update` and `patch` on namespaces, and let them be labelled in one reviewed place. Self-service tools may `create` them; forbid the change of `pod-security.kubernetes.io/` labels to all others by an admission policy.",
  equivalents: [],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#namespace-modification",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["update", "patch"], ["namespaces"])} && ${anyName})`,
  path: "",
  message: "The rule changes the labels of any namespace",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "create"], ["namespaces"]))] }],
    fail: [{ resources: [clusterRole(rule(["patch"], ["namespaces"]))] }],
  },
});
