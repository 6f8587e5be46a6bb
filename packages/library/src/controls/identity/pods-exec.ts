import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const podsExec = defineControl({
  id: "pods-exec",
  title: "Few roles run commands in pods",
  severity: "high",
  why: "`pods/exec` is a shell in every pod in reach: its token, its environment and its mounts, and the node itself where one of them is privileged. Before Kubernetes 1.35 `get` suffices, since a WebSocket is opened by a GET; from then on it takes `create`.",
  remediation:
    "Remove `pods/exec` from standing roles. Give it for the time of an incident, in one namespace, and record the session in the audit log at level `RequestResponse`. Tools that copy files with `kubectl cp` need it too and will fail.",
  equivalents: [
    "kubescape:C-0002",
    "trivy:KSV-0053",
    "polaris:clusterrolePodExecAttach",
    "polaris:rolePodExecAttach",
    "polaris:clusterrolebindingPodExecAttach",
    "polaris:rolebindingClusterRolePodExecAttach",
    "polaris:rolebindingRolePodExecAttach",
    "rbac-police:pods_exec",
    "rbac-police:rce_weak_ns",
    "kubiscan:risky-exec-pods",
    "kubehound:POD_EXEC",
    "checkov:CKV2_K8S_2",
  ],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["create", "get"], ["pods/exec"])} && ${anyName})`,
  path: "",
  message: "The rule runs commands in any pod",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods", "pods/log"]))] }],
    fail: [
      { resources: [clusterRole(rule(["create"], ["pods/exec"]))] },
      { resources: [role("default", rule(["get"], ["*/exec"]))] },
    ],
  },
});
