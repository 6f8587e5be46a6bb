import { defineControl } from "@plimsoll/core";
import { roleBinding } from "./role.ts";

export const namespaceAccountsBinding = defineControl({
  id: "namespace-accounts-binding",
  title: "Nothing is granted to all accounts of a namespace",
  severity: "medium",
  why: "The group `system:serviceaccounts:NAMESPACE` is every pod there, the ones added tomorrow too. Whoever takes over the least of them, or may create an account, holds the role.",
  remediation:
    "Bind the accounts that need it by name, and give pods accounts of their own. Pods that used the group unnoticed are refused afterwards.",
  equivalents: [],
  grants: "lateral-movement",
  target: "binding",
  each: "subjects",
  validate: "!(item.kind == 'Group' && item.name.startsWith('system:serviceaccounts:'))",
  path: "",
  message: "Every pod of a namespace holds this role",
  noFix: "Which of the accounts use the role is not written in the binding.",
  examples: {
    pass: [
      { resources: [roleBinding("default", "ClusterRole", "view", { kind: "ServiceAccount", name: "web" })] },
    ],
    fail: [
      {
        resources: [
          roleBinding("default", "ClusterRole", "view", {
            kind: "Group",
            name: "system:serviceaccounts:default",
          }),
        ],
      },
    ],
  },
});
