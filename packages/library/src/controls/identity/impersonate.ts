import { defineControl } from "@plimsoll/core";
import { allows, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const impersonate = defineControl({
  id: "impersonate",
  title: "No role acts as somebody else",
  severity: "critical",
  why: "Whoever may impersonate users or groups asks as `system:masters` and is refused nothing; over service accounts, as the strongest of them. The audit log names both, but few look at the second name.",
  remediation:
    "Remove `impersonate`, or name in `resourceNames` whom the holder may act as, never `system:` groups. Only proxies that log people in need it. `kubectl --as` stops working for the others; `kubectl auth can-i --list` answers most of what it was used for.",
  equivalents: [
    "kubescape:C-0065",
    "kubescape:C-0191",
    "trivy:KSV-0043",
    "rbac-police:impersonate",
    "kubiscan:risky-impersonate-groups",
    "kubehound:IDENTITY_IMPERSONATE",
    "checkov:CKV2_K8S_3",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["impersonate"], ["users", "groups", "serviceaccounts"], ["", "authentication.k8s.io"])} && ${reachesSystem} && (size(item.?resourceNames.orValue([])) == 0 || item.resourceNames.exists(name, name.startsWith('system:') && !name.startsWith('system:serviceaccount:'))))`,
  path: "",
  message: "The rule acts as any user, group or service account",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole({ ...rule(["impersonate"], ["users"]), resourceNames: ["alice"] })] },
      {
        name: "users and groups have no namespace: a role in one grants nothing over them",
        resources: [role("default", rule(["impersonate"], ["users", "groups"]))],
      },
    ],
    fail: [
      { resources: [clusterRole(rule(["impersonate"], ["groups"]))] },
      {
        name: "a name is no limit when it is a strong one",
        resources: [clusterRole({ ...rule(["impersonate"], ["groups"]), resourceNames: ["system:masters"] })],
      },
    ],
  },
});
