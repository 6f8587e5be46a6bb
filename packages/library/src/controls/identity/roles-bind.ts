import { defineControl } from "@plimsoll/core";
import { allows, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const rolesBind = defineControl({
  id: "roles-bind",
  title: "No role hands out roles it does not hold",
  severity: "critical",
  why: "With the verb `bind`, the check that nobody grants more than they have is off: the holder binds cluster-admin to himself and is done. In kube-system he becomes any of the accounts there, which is as much.",
  remediation:
    "List the roles that may be handed out in `resourceNames`, without `cluster-admin`, `admin` or any that is stronger than needed. A tool that grants access to others will be refused every role that is not on the list.",
  equivalents: [
    "kubescape:C-0191",
    "trivy:KSV-0051",
    "trivy:KSV-0052",
    "rbac-police:bind_roles",
    "kubiscan:risky-create-rolebinding-role",
    "kubiscan:risky-create-rolebinding-clusterrole",
    "kubiscan:risky-create-clusterrolebinding-clusterrole",
    "kubehound:ROLE_BIND",
    "checkov:CKV_K8S_157",
  ],
  grants: "cluster-takeover",
  reference:
    "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["bind"], ["roles", "clusterroles"], ["rbac.authorization.k8s.io"])} && ${reachesSystem} && (size(item.?resourceNames.orValue([])) == 0 || item.resourceNames.exists(name, name in ['cluster-admin', 'admin'])))`,
  path: "",
  message: "The rule binds any role to anybody",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole({
            ...rule(["bind"], ["clusterroles"], ["rbac.authorization.k8s.io"]),
            resourceNames: ["view"],
          }),
        ],
      },
      {
        name: "within a namespace: another finding",
        resources: [role("default", rule(["bind"], ["clusterroles"], ["rbac.authorization.k8s.io"]))],
      },
    ],
    fail: [{ resources: [clusterRole(rule(["bind"], ["clusterroles"], ["rbac.authorization.k8s.io"]))] }],
  },
});
