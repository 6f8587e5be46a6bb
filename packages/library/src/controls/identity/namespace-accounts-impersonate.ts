import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const namespaceAccountsImpersonate = defineControl({
  id: "namespace-accounts-impersonate",
  title: "Roles of a namespace act as named accounts only",
  severity: "high",
  why: "The holder acts as any account of the namespace, the operator's and the deployer's too, and so holds whatever each of them may do anywhere in the cluster.",
  remediation:
    "Name the accounts in `resourceNames`, or remove `impersonate`. Requests under the name of any other account are then refused.",
  equivalents: ["kubescape:C-0065", "kubescape:C-0191", "rbac-police:impersonate"],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["impersonate"], ["serviceaccounts"])} && ${anyName} && !${reachesSystem})`,
  path: "",
  message: "The rule acts as every account of the namespace",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          role("default", { ...rule(["impersonate"], ["serviceaccounts"]), resourceNames: ["web"] }),
        ],
      },
      { resources: [clusterRole(rule(["impersonate"], ["serviceaccounts"]))] },
    ],
    fail: [{ resources: [role("default", rule(["impersonate"], ["serviceaccounts"]))] }],
  },
});
