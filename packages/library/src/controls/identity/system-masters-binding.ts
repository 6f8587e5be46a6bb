import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding } from "./role.ts";

export const systemMastersBinding = defineControl({
  id: "system-masters-binding",
  title: "The group system:masters is not used in bindings",
  severity: "high",
  why: "Members of `system:masters` skip authorisation: no role limits them and nothing revokes them but a new certificate authority. A binding that names the group grants nothing, and shows that somebody works with its certificates.",
  remediation:
    "Remove the group `system:masters` from the binding, and give people short-lived logins in a group of their own. The one binding Kubernetes makes itself (`cluster-admin`) stays.",
  equivalents: ["kubescape:C-0246", "trivy:KSV-0123"],
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
  target: "binding",
  each: "subjects",
  validate:
    "!(item.kind == 'Group' && item.name == 'system:masters') || (object.kind == 'ClusterRoleBinding' && object.metadata.?name.orValue('') == 'cluster-admin' && object.roleRef.name == 'cluster-admin')",
  path: "",
  message: "The binding names a group that no role can limit",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      {
        resources: [
          {
            ...clusterRoleBinding("cluster-admin", { kind: "Group", name: "system:masters" }),
            metadata: { name: "cluster-admin" },
          },
        ],
      },
    ],
    fail: [{ resources: [clusterRoleBinding("view", { kind: "Group", name: "system:masters" })] }],
  },
});
