import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const namespaceRolesEscalate = defineControl({
  id: "namespace-roles-escalate",
  title: "Nobody makes himself the admin of a namespace",
  severity: "high",
  why: "With `bind` or `escalate` on roles, the check that nobody grants more than they have is off in this namespace: the holder gives himself everything in it, secrets and accounts included.",
  remediation:
    "Remove `escalate`, and list the roles that may be handed out by `bind` in `resourceNames`. Operators that install roles in their namespace can hold the permissions they install instead.",
  equivalents: ["kubescape:C-0191", "rbac-police:escalate_roles", "rbac-police:bind_roles"],
  grants: "secret-access",
  reference:
    "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["bind", "escalate"], ["roles", "clusterroles"], ["rbac.authorization.k8s.io"])} && ${anyName} && !${reachesSystem})`,
  path: "",
  message: "The rule grants any permission within the namespace",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [role("default", rule(["create", "update"], ["roles"], ["rbac.authorization.k8s.io"]))] },
      { resources: [clusterRole(rule(["escalate"], ["clusterroles"], ["rbac.authorization.k8s.io"]))] },
    ],
    fail: [
      { resources: [role("default", rule(["escalate"], ["roles"], ["rbac.authorization.k8s.io"]))] },
      { resources: [role("default", rule(["bind"], ["clusterroles"], ["rbac.authorization.k8s.io"]))] },
    ],
  },
});
