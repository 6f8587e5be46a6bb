import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const accountTokensCreate = defineControl({
  id: "account-tokens-create",
  title: "No role makes tokens for accounts across the cluster",
  severity: "critical",
  why: "`create` on `serviceaccounts/token` makes a token of any account in reach, those of kube-system's controllers included, one of which may write any role. Such a token is a login that leaves no trace in the cluster's objects.",
  remediation:
    "Limit the rule to named accounts (`resourceNames`) in the namespace of the program that needs it, such as a Vault or CSI driver. Asking for other tokens then fails with `forbidden`.",
  equivalents: [
    "kubescape:C-0282",
    "prowler:rbac_minimize_service_account_token_creation",
    "rbac-police:token_request",
    "kubescape:C-0053",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#token-request",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit", "system:kube-controller-manager", "system:node"),
  validate: `!(${allows(["create"], ["serviceaccounts/token"])} && ${anyName} && ${reachesSystem})`,
  path: "",
  message: "The rule makes tokens for accounts of every namespace, or of kube-system",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [clusterRole({ ...rule(["create"], ["serviceaccounts/token"]), resourceNames: ["shop"] })],
      },
      { resources: [role("default", rule(["create"], ["serviceaccounts/token"]))] },
    ],
    fail: [
      { resources: [clusterRole(rule(["create"], ["serviceaccounts/token"]))] },
      { resources: [role("kube-system", rule(["create"], ["serviceaccounts/token"]))] },
    ],
  },
});
