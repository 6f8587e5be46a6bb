import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const namespaceSecretsRead = defineControl({
  id: "namespace-secrets-read",
  title: "Roles of a namespace read secrets by name",
  severity: "medium",
  why: "The holder reads every secret of the namespace, those of neighbours and those added later included. A program that needs one password thereby gives an attacker all of them.",
  remediation:
    "Allow `get` and list the secrets in `resourceNames`, or mount the secret into the pod, which needs no permission at all. `list` and `watch` without a name stop working.",
  equivalents: [
    "kubescape:C-0186",
    "kubescape:C-0015",
    "trivy:KSV-0113",
    "kube-linter:access-to-secrets",
    "prowler:rbac_minimize_secret_access",
    "rbac-police:obtain_token_weak_ns",
    "kubiscan:risky-get-secrets",
    "kubiscan:risky-list-secrets",
  ],
  grants: "secret-access",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["get", "list", "watch"], ["secrets"])} && ${anyName} && !${reachesSystem})`,
  path: "",
  message: "The rule reads every secret of the namespace",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [role("default", { ...rule(["get"], ["secrets"]), resourceNames: ["shop-tls"] })] },
      { resources: [clusterRole(rule(["get"], ["secrets"]))] },
    ],
    fail: [{ resources: [role("default", rule(["get", "list"], ["secrets"]))] }],
  },
});
