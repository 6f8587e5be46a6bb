import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const rolesEscalate = defineControl({
  id: "roles-escalate",
  title: "No role writes itself more permissions",
  severity: "critical",
  why: "With the verb `escalate` the holder writes into a role permissions that he does not have, for instance into one that is bound to him. From there to everything is one request.",
  remediation:
    "Remove the verb `escalate` on roles. A tool that installs roles can hold the permissions it installs, or the roles can be applied by a person with cluster-admin. Installs of operators through it will fail until then.",
  equivalents: ["kubescape:C-0191", "trivy:KSV-0050", "rbac-police:escalate_roles", "checkov:CKV_K8S_158"],
  grants: "cluster-takeover",
  reference:
    "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update",
  target: "role",
  each: "rules",
  when: exceptDefault("system:controller:clusterrole-aggregation-controller"),
  validate: `!(${allows(["escalate"], ["roles", "clusterroles"], ["rbac.authorization.k8s.io"])} && ${reachesSystem} && ${anyName})`,
  path: "",
  message: "The rule writes any permission into roles",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["create", "update"], ["roles"], ["rbac.authorization.k8s.io"]))] },
    ],
    fail: [{ resources: [clusterRole(rule(["escalate"], ["clusterroles"], ["rbac.authorization.k8s.io"]))] }],
  },
});
