import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const roleBindingsWrite = defineControl({
  id: "role-bindings-write",
  title: "Few roles write bindings",
  severity: "medium",
  why: "The holder hands what he has to anyone, also to an account that he planted and that stays when he is found. Without `bind` he cannot hand out more than he holds, but every weakness of that check is his.",
  remediation:
    "Remove the rule over bindings, and let them come from one reviewed place, such as a GitOps controller. Self-service tools that invite users into a namespace need it there, and only there.",
  equivalents: ["trivy:KSV-0055", "trivy:KSV-0050", "kubiscan:risky-add-rolebinding", "checkov:CKV2_K8S_1"],
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-admin"),
  validate: `!(${allows(["create", "update", "patch"], ["rolebindings", "clusterrolebindings"], ["rbac.authorization.k8s.io"])} && ${anyName})`,
  path: "",
  message: "The rule writes role bindings",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get", "list"], ["rolebindings"], ["rbac.authorization.k8s.io"]))] },
    ],
    fail: [{ resources: [clusterRole(rule(["create"], ["rolebindings"], ["rbac.authorization.k8s.io"]))] }],
  },
});
