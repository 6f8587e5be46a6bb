import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const podsCreate = defineControl({
  id: "pods-create",
  title: "Few roles create pods",
  severity: "high",
  why: "A pod runs under any account of its namespace and mounts any of its secrets, so creating one is reading all of them. Where Pod Security does not hold the namespace, the pod may be privileged, and then its maker is root on a node.",
  remediation:
    "Remove `create` on pods: leave pods to controllers, and people to Deployments under review. Where something must create pods, such as a job runner, give it a namespace of its own, with Pod Security at `restricted` and no strong accounts beside it.",
  equivalents: [
    "kubescape:C-0188",
    "trivy:KSV-0048",
    "kube-linter:access-to-create-pods",
    "prowler:rbac_minimize_pod_creation_access",
    "rbac-police:assign_sa",
    "kubiscan:risky-create-pod",
    "kubehound:POD_CREATE",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:node",
    "system:controller:daemon-set-controller",
    "system:controller:job-controller",
    "system:controller:persistent-volume-binder",
    "system:controller:replicaset-controller",
    "system:controller:replication-controller",
    "system:controller:statefulset-controller",
  ),
  validate: `!(${allows(["create"], ["pods"])} && ${anyName})`,
  path: "",
  message: "The rule creates pods",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "list"], ["pods"]))] }],
    fail: [
      { resources: [clusterRole(rule(["create"], ["pods"]))] },
      { resources: [role("default", rule(["*"], ["pods"]))] },
    ],
  },
});
