import { defineControl } from "@plimsoll/core";
import { roleBinding } from "./role.ts";

export const foreignAccountBinding = defineControl({
  id: "foreign-account-binding",
  title: "Roles of a namespace are not given to accounts of another",
  severity: "low",
  why: "The binding is a bridge: whoever takes over a pod in the other namespace, or may create one there, acts in this one. Reviews of either namespace alone do not show it.",
  remediation:
    "Remove the other namespace's account from the binding, or accept the bridge with a reason. Operators that serve many namespaces need it. Without it their requests here are refused.",
  equivalents: [],
  grants: "lateral-movement",
  target: "binding",
  each: "subjects",
  when: "object.kind == 'RoleBinding' && item.kind == 'ServiceAccount'",
  validate:
    "item.?namespace.orValue('') in ['', 'kube-system'] || item.?namespace.orValue('') == object.metadata.?namespace.orValue('')",
  path: "namespace",
  message: "An account of another namespace acts in this one",
  noFix: "Whether the bridge is meant is not written in the binding.",
  examples: {
    pass: [
      { resources: [roleBinding("default", "ClusterRole", "view", { kind: "ServiceAccount", name: "web" })] },
    ],
    fail: [
      {
        resources: [
          roleBinding("default", "ClusterRole", "view", {
            kind: "ServiceAccount",
            namespace: "ci",
            name: "runner",
          }),
        ],
      },
    ],
  },
});
