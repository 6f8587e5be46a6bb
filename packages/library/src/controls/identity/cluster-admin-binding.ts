import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding } from "./role.ts";

export const clusterAdminBinding = defineControl({
  id: "cluster-admin-binding",
  title: "Nobody is cluster-admin but the break-glass group",
  severity: "critical",
  why: "cluster-admin is everything: every secret, every node by way of a privileged pod, and the power to hide. A person's stolen laptop or an application's stolen token is then the whole cluster.",
  remediation:
    "Bind people to `view` or to roles of their namespaces, and applications to roles that list what they do. Keep one group for emergencies, whose use raises an alarm. What the subject still needs will fail with `forbidden`, so put the new role in place first.",
  equivalents: [
    "kubescape:C-0185",
    "kubescape:C-0035",
    "kubescape:C-0272",
    "trivy:KSV-0111",
    "kube-linter:cluster-admin-role-binding",
    "polaris:clusterrolebindingClusterAdmin",
    "prowler:rbac_cluster_admin_usage",
    "rbac-police:cluster_admin",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles",
  target: "binding",
  each: "subjects",
  when: "object.kind == 'ClusterRoleBinding' && object.roleRef.kind == 'ClusterRole' && object.roleRef.name == 'cluster-admin'",
  validate: "item.kind == 'Group' && item.name in ['system:masters', 'kubeadm:cluster-admins']",
  path: "",
  message: "The subject is cluster-admin",
  noFix:
    "What the subject needs instead of everything is not written in the binding; taking it away unseen stops what it runs.",
  examples: {
    pass: [
      { resources: [clusterRoleBinding("cluster-admin", { kind: "Group", name: "system:masters" })] },
      { resources: [clusterRoleBinding("view", { kind: "User", name: "alice" })] },
    ],
    fail: [
      { resources: [clusterRoleBinding("cluster-admin", { kind: "User", name: "alice" })] },
      {
        name: "a name like the platform's is no excuse",
        resources: [clusterRoleBinding("cluster-admin", { kind: "User", name: "system:helper" })],
      },
    ],
  },
});
