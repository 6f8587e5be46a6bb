import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podsModify = defineControl({
  id: "pods-modify",
  title: "Few roles change running pods",
  severity: "high",
  why: "`patch` on a pod swaps the image of a running container: the attacker's code then runs under the pod's account, with its secrets and its mounts. Changed labels move a pod behind another Service or out from under a NetworkPolicy.",
  remediation:
    "Remove `update` and `patch` on pods; controllers that set conditions need `pods/status`, not the pod. Where labels must be set, limit the rule to one namespace.",
  equivalents: ["rbac-police:modify_pods", "rbac-police:rce_weak_ns", "kubehound:POD_PATCH"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:controller:daemon-set-controller",
    "system:controller:deployment-controller",
    "system:controller:job-controller",
    "system:controller:replicaset-controller",
    "system:controller:replication-controller",
    "system:controller:statefulset-controller",
  ),
  validate: `!(${allows(["update", "patch"], ["pods"])} && ${anyName})`,
  path: "",
  message: "The rule changes running pods",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "create"], ["pods"]))] }],
    fail: [{ resources: [clusterRole(rule(["patch"], ["pods"]))] }],
  },
});
