import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const secretsRead = defineControl({
  id: "secrets-read",
  title: "No role reads secrets across the cluster",
  severity: "high",
  why: "Secrets hold passwords, private keys and the tokens of other accounts. Whoever holds the role in all namespaces, or in kube-system, reads tokens of accounts stronger than its own and goes on as one of those; `list` and `watch` return the contents too.",
  remediation:
    "Limit the rule to the namespaces that need it, with `get` on secrets by name (`resourceNames`). A controller that watches all secrets can often be told to watch some namespaces only; what it may no longer list, it will log as `forbidden`.",
  equivalents: [
    "kubescape:C-0186",
    "kubescape:C-0015",
    "trivy:KSV-0041",
    "kube-linter:access-to-secrets",
    "prowler:rbac_minimize_secret_access",
    "rbac-police:list_secrets",
    "rbac-police:retrieve_token_secrets",
    "kubiscan:risky-get-secrets",
    "kubiscan:risky-list-secrets",
    "checkov:CKV2_K8S_5",
  ],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:kube-controller-manager",
    "system:node",
    "kube-system/system:controller:bootstrap-signer",
    "kube-system/system:controller:token-cleaner",
  ),
  validate: `!(${allows(["get", "list", "watch"], ["secrets"])} && ${anyName} && ${reachesSystem})`,
  path: "",
  message: "The rule reads the secrets of every namespace, or of kube-system",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole({ ...rule(["get"], ["secrets"]), resourceNames: ["shop-tls"] })] },
      { resources: [role("default", rule(["get"], ["secrets"]))] },
    ],
    fail: [
      { resources: [clusterRole(rule(["get"], ["secrets"]))] },
      { resources: [role("kube-system", rule(["list"], ["secrets"]))] },
    ],
  },
});
