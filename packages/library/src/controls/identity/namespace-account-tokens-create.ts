import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const namespaceAccountTokensCreate = defineControl({
  id: "namespace-account-tokens-create",
  title: "Roles of a namespace make tokens for named accounts only",
  severity: "high",
  why: "The holder becomes any account of the namespace, the operator's and the deployer's too, and from outside the cluster as well, since a token works from anywhere that reaches the API server.",
  remediation:
    "Name the accounts in `resourceNames`. Asking for a token of any other account then fails with `forbidden`.",
  equivalents: [
    "kubescape:C-0282",
    "kubescape:C-0053",
    "prowler:rbac_minimize_service_account_token_creation",
    "rbac-police:obtain_token_weak_ns",
  ],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["create"], ["serviceaccounts/token"])} && ${anyName} && !${reachesSystem})`,
  path: "",
  message: "The rule makes tokens for every account of the namespace",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          role("default", { ...rule(["create"], ["serviceaccounts/token"]), resourceNames: ["shop"] }),
        ],
      },
      { resources: [clusterRole(rule(["create"], ["serviceaccounts/token"]))] },
    ],
    fail: [{ resources: [role("default", rule(["create"], ["serviceaccounts/token"]))] }],
  },
});
