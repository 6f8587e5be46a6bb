import { defineControl } from "@plimsoll/core";
import { allows, exceptDefault, noFixForRule, workloadResources, workloadGroups } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const workloadsWrite = defineControl({
  id: "workloads-write",
  title: "Few roles write what makes pods",
  severity: "high",
  why: "Who writes a Deployment, Job or DaemonSet creates pods by way of its controller: under any account of the namespace, with any of its secrets, and privileged where Pod Security does not forbid it. A DaemonSet does so on every node at once.",
  remediation:
    "Remove the rule over workloads from all but one deployer per namespace, bound by a RoleBinding there. People change them through review. `resourceNames` limits `update` and `patch` to the workloads that are meant; `create` it cannot limit.",
  equivalents: [
    "kubescape:C-0188",
    "trivy:KSV-0048",
    "rbac-police:assign_sa",
    "kubiscan:risky-create-deployments",
    "kubiscan:risky-update-deployments",
    "kubiscan:risky-create-daemonsets",
    "kubiscan:risky-update-daemonsets",
    "kubiscan:risky-create-statefulsets",
    "kubiscan:risky-update-statefulsets",
    "kubiscan:risky-create-replicationcontrollers",
    "kubiscan:risky-update-replicationcontrollers",
    "kubiscan:risky-create-replicasets",
    "kubiscan:risky-update-replicasets",
    "kubiscan:risky-create-jobs",
    "kubiscan:risky-update-jobs",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:controller:cronjob-controller",
    "system:controller:deployment-controller",
    "system:controller:job-controller",
    "system:controller:replicaset-controller",
    "system:controller:replication-controller",
  ),
  validate: `!(${allows(["create", "update", "patch"], workloadResources, workloadGroups)} && size(item.?resourceNames.orValue([])) == 0)`,
  path: "",
  message: "The rule writes workloads, and so makes pods",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get", "list"], ["deployments"], ["apps"]))] },
      { resources: [clusterRole({ ...rule(["patch"], ["deployments"], ["apps"]), resourceNames: ["web"] })] },
    ],
    fail: [
      { resources: [clusterRole(rule(["create"], ["deployments"], ["apps"]))] },
      { resources: [clusterRole(rule(["patch"], ["cronjobs"], ["batch"]))] },
    ],
  },
});
