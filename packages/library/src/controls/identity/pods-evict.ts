import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podsEvict = defineControl({
  id: "pods-evict",
  title: "Few roles evict pods",
  severity: "low",
  why: "Evicted pods start again somewhere else. Together with the power over nodes, an attacker thus brings the pods whose tokens he wants onto the node that he holds; alone, he keeps a workload from ever being ready.",
  remediation:
    "Remove `pods/eviction` from all but the autoscaler, the descheduler and the tool that drains nodes. `kubectl drain` stops working for the others.",
  equivalents: [],
  grants: "denial-of-service",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit", "system:node"),
  validate: `!(${allows(["create"], ["pods/eviction"])} && ${anyName})`,
  path: "",
  message: "The rule evicts any pod",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods"]))] }],
    fail: [{ resources: [clusterRole(rule(["create"], ["pods/eviction"]))] }],
  },
});
