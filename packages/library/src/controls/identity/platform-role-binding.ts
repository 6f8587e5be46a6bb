import { defineControl } from "@plimsoll/core";
import { isPlatformSubject, powerfulPlatformRoles } from "./platform.ts";
import { celList } from "./rule.ts";
import { clusterRoleBinding } from "./role.ts";

export const platformRoleBinding = defineControl({
  id: "platform-role-binding",
  title: "The platform's own roles are bound to the platform only",
  severity: "critical",
  why: "Kubernetes keeps roles for its own controllers, and some of them write any role, read every secret or command every kubelet. Bound to somebody else they are cluster-admin in a dress that reviews look past.",
  remediation:
    "Remove the subject from the platform's role, and give it a role of its own that lists what it does. Metrics collectors that were bound to `system:kubelet-api-admin` need `nodes/metrics` and `nodes/stats` only.",
  equivalents: ["kubescape:C-0035"],
  grants: "cluster-takeover",
  target: "binding",
  each: "subjects",
  when: `object.roleRef.kind == 'ClusterRole' && object.roleRef.name in ${celList(powerfulPlatformRoles)}`,
  validate: isPlatformSubject,
  path: "",
  message: "The subject holds a role that Kubernetes keeps for its own components",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { resources: [clusterRoleBinding("system:node", { kind: "Group", name: "system:nodes" })] },
      {
        resources: [
          clusterRoleBinding("system:controller:job-controller", {
            kind: "ServiceAccount",
            namespace: "kube-system",
            name: "job-controller",
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          clusterRoleBinding("system:controller:clusterrole-aggregation-controller", {
            kind: "ServiceAccount",
            namespace: "default",
            name: "helper",
          }),
        ],
      },
    ],
  },
});
