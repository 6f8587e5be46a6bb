import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding, roleBinding } from "./role.ts";

export const authenticatedBinding = defineControl({
  id: "authenticated-binding",
  title: "Nothing is granted to every account at once",
  severity: "high",
  why: "`system:authenticated` is whoever can log in by any means, on some clouds anyone with an account there; `system:serviceaccounts` is every pod. One compromised container anywhere holds the role.",
  remediation:
    "Replace the subject by the users, groups or accounts that need the role. Others who had used it unnoticed are refused; the audit log tells who they are.",
  equivalents: ["kubescape:C-0265", "trivy:KSV-01011"],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  target: "binding",
  each: "subjects",
  validate:
    "!(item.kind == 'Group' && item.name in ['system:authenticated', 'system:serviceaccounts']) || (object.roleRef.kind == 'ClusterRole' && object.roleRef.name in ['system:basic-user', 'system:cluster-trust-bundle-discovery', 'system:discovery', 'system:public-info-viewer', 'system:service-account-issuer-discovery'])",
  path: "",
  message: "Every account of the cluster holds this role",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      {
        resources: [clusterRoleBinding("system:discovery", { kind: "Group", name: "system:authenticated" })],
      },
    ],
    fail: [
      { resources: [clusterRoleBinding("view", { kind: "Group", name: "system:authenticated" })] },
      {
        resources: [
          roleBinding("default", "ClusterRole", "view", { kind: "Group", name: "system:serviceaccounts" }),
        ],
      },
    ],
  },
});
