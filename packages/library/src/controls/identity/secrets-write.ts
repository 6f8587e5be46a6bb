import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const secretsWrite = defineControl({
  id: "secrets-write",
  title: "No role writes secrets of any name",
  severity: "high",
  why: "A secret of the type `kubernetes.io/service-account-token` makes the control plane fill in a token of the account it names, one that never ends. Whoever writes secrets also replaces certificates, registry passwords and what programs trust.",
  remediation:
    "Limit `update` and `patch` to named secrets, and remove `create`. That verb cannot be limited by name: leave it to the few controllers whose work it is, in a Role of their namespace, and keep people out by External Secrets or sealed secrets.",
  equivalents: ["trivy:KSV-0041", "kube-linter:access-to-secrets", "rbac-police:issue_token_secrets"],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:kube-controller-manager",
    "system:controller:legacy-service-account-token-cleaner",
  ),
  validate: `!(${allows(["create", "update", "patch"], ["secrets"])} && ${anyName})`,
  path: "",
  message: "The rule writes secrets of any name",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole({ ...rule(["update"], ["secrets"]), resourceNames: ["shop-tls"] })] },
      { resources: [clusterRole(rule(["get"], ["secrets"]))] },
    ],
    fail: [{ resources: [clusterRole(rule(["create"], ["secrets"]))] }],
  },
});
