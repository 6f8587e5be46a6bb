import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding, roleBinding } from "./role.ts";

export const defaultAccountBinding = defineControl({
  id: "default-account-binding",
  title: "The default service account holds no role",
  severity: "high",
  why: "Every pod that names no account runs as `default`. What is granted to it is granted to all of them, also to the next one that somebody starts for a quick test.",
  remediation:
    "Make an account for the program that needs the role, bind that one, and name it in the pod's `serviceAccountName`. Pods that used `default`'s role unnoticed are refused until they are moved.",
  equivalents: [
    "kubescape:C-0189",
    "kubescape:C-0225",
    "kubescape:C-0239",
    "popeye:308",
    "checkov:CKV_K8S_42",
  ],
  grants: "lateral-movement",
  target: "binding",
  each: "subjects",
  validate: "!(item.kind == 'ServiceAccount' && item.name == 'default')",
  path: "",
  message: "The role is granted to the account that pods run as by default",
  noFix: "The pods that use the role must be moved to an account of their own first.",
  examples: {
    pass: [
      { resources: [roleBinding("default", "ClusterRole", "view", { kind: "ServiceAccount", name: "web" })] },
    ],
    fail: [
      {
        resources: [
          roleBinding("default", "ClusterRole", "view", { kind: "ServiceAccount", name: "default" }),
        ],
      },
      {
        resources: [
          clusterRoleBinding("view", { kind: "ServiceAccount", namespace: "default", name: "default" }),
        ],
      },
    ],
  },
});
