import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const podLogsRead = defineControl({
  id: "pod-logs-read",
  title: "Few roles read every pod's log",
  severity: "low",
  why: "Logs hold tokens, session ids and the names of users more often than anyone admits. Read across all namespaces they are a map of the cluster with some of its keys.",
  remediation:
    "Limit `pods/log` to the namespaces that are watched. Let a collector that ships logs read files on its node instead. Dashboards show no logs of other namespaces afterwards.",
  equivalents: [],
  grants: "information",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-view"),
  validate: `!(${allows(["get", "list"], ["pods/log"])} && ${anyName} && ${reachesSystem})`,
  path: "",
  message: "The rule reads the log of every pod",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [role("default", rule(["get"], ["pods/log"]))] }],
    fail: [{ resources: [clusterRole(rule(["get"], ["pods/log"]))] }],
  },
});
