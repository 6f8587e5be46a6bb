import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding, roleBinding } from "./role.ts";

export const namespaceClusterAdminBinding = defineControl({
  id: "namespace-cluster-admin-binding",
  title: "Nobody holds cluster-admin within a namespace",
  severity: "high",
  why: "Bound in a namespace, cluster-admin is every verb on everything there, also on kinds that are installed later, on the namespace itself with its Pod Security label, and on its ResourceQuota and LimitRange, which `admin` may only read.",
  remediation:
    "Replace the binding by one to `admin`, `edit` or a role of the namespace. What only cluster-admin could do, such as changing the ResourceQuota, is then refused.",
  equivalents: ["kubescape:C-0185", "polaris:rolebindingClusterAdminClusterRole", "trivy:KSV-0111"],
  target: "binding",
  each: "subjects",
  when: "object.kind == 'RoleBinding'",
  validate: "!(object.roleRef.kind == 'ClusterRole' && object.roleRef.name == 'cluster-admin')",
  path: "",
  message: "The subject is cluster-admin within this namespace",
  noFix:
    "The role of a binding cannot be changed: another binding must take its place, to a role that somebody has to choose.",
  examples: {
    pass: [
      { resources: [roleBinding("default", "ClusterRole", "edit", { kind: "User", name: "alice" })] },
      { resources: [clusterRoleBinding("cluster-admin", { kind: "User", name: "alice" })] },
    ],
    fail: [
      {
        resources: [roleBinding("default", "ClusterRole", "cluster-admin", { kind: "User", name: "alice" })],
      },
    ],
  },
});
