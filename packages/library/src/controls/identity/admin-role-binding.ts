import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding, roleBinding } from "./role.ts";

export const adminRoleBinding = defineControl({
  id: "admin-role-binding",
  title: "The roles admin and edit are bound within namespaces only",
  severity: "high",
  why: "Bound for the whole cluster, `admin` and `edit` read every secret, run commands in every pod, make tokens of every account and start pods in kube-system. That is cluster-admin with one step more.",
  remediation:
    "Replace the ClusterRoleBinding by RoleBindings in the namespaces that the subject works in. Elsewhere its requests are then refused.",
  equivalents: ["kubescape:C-0035", "trivy:KSV-0111"],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles",
  target: "binding",
  each: "subjects",
  when: "object.kind == 'ClusterRoleBinding'",
  validate: "!(object.roleRef.kind == 'ClusterRole' && object.roleRef.name in ['admin', 'edit'])",
  path: "",
  message: "The subject may change every namespace",
  noFix: "Which namespaces the subject works in is not written in the binding.",
  examples: {
    pass: [
      { resources: [clusterRoleBinding("view", { kind: "User", name: "alice" })] },
      { resources: [roleBinding("default", "ClusterRole", "admin", { kind: "User", name: "alice" })] },
    ],
    fail: [{ resources: [clusterRoleBinding("edit", { kind: "User", name: "alice" })] }],
  },
});
