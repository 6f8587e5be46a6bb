import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podStatusWrite = defineControl({
  id: "pod-status-write",
  title: "Few roles write the status of pods",
  severity: "low",
  why: "A pod's status says whether it is ready and at which address. Whoever writes it takes pods out of their Services, or puts his own address behind one and receives its traffic.",
  remediation:
    "Remove the rule over `pods/status`, which is the kubelets' to write. Controllers that set readiness gates need it in the namespaces of their pods only.",
  equivalents: ["rbac-police:modify_pod_status"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:controller:device-taint-eviction-controller",
    "system:controller:disruption-controller",
    "system:controller:node-controller",
    "system:controller:pod-garbage-collector",
    "system:controller:resource-claim-controller",
    "system:kube-scheduler",
    "system:node",
  ),
  validate: `!(${allows(["update", "patch"], ["pods/status"])} && ${anyName})`,
  path: "",
  message: "The rule writes the status of any pod",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods/status"]))] }],
    fail: [{ resources: [clusterRole(rule(["patch"], ["pods/status"]))] }],
  },
});
