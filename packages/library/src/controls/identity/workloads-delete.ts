import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, workloadGroups, workloadResources } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const workloadsDelete = defineControl({
  id: "workloads-delete",
  title: "Few roles delete workloads, volumes or namespaces",
  severity: "medium",
  why: "With `delete` on namespaces or claims the holder destroys data, with `deletecollection` all of it in one request. Deleted pods are made anew elsewhere, which also moves strong ones onto a node that an attacker already holds.",
  remediation:
    "Remove `delete` and `deletecollection`: leave deletion to the deployer of each namespace. Clean-up jobs need it on the kinds they made, by name or by namespace.",
  equivalents: ["kubescape:C-0007", "kubiscan:risky-any-resource-delete"],
  grants: "denial-of-service",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:controller:clusterrole-aggregation-controller",
    "system:controller:cronjob-controller",
    "system:controller:daemon-set-controller",
    "system:controller:deployment-controller",
    "system:controller:device-taint-eviction-controller",
    "system:controller:job-controller",
    "system:controller:namespace-controller",
    "system:controller:node-controller",
    "system:controller:persistent-volume-binder",
    "system:controller:pod-garbage-collector",
    "system:controller:replicaset-controller",
    "system:controller:replication-controller",
    "system:controller:statefulset-controller",
    "system:controller:ttl-after-finished-controller",
    "system:kube-scheduler",
    "system:node",
    "system:persistent-volume-provisioner",
  ),
  validate: `!(${allows(["delete", "deletecollection"], ["namespaces", "persistentvolumeclaims", "persistentvolumes", "pods", "services", ...workloadResources], workloadGroups)} && ${anyName})`,
  path: "",
  message: "The rule deletes workloads, volumes or namespaces",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "delete"], ["configmaps"]))] }],
    fail: [
      { resources: [clusterRole(rule(["delete"], ["deployments"], ["apps"]))] },
      { resources: [clusterRole(rule(["deletecollection"], ["namespaces"]))] },
    ],
  },
});
