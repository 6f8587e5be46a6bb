import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const nodesModify = defineControl({
  id: "nodes-modify",
  title: "Few roles change nodes",
  severity: "medium",
  why: "Labels and taints decide where pods go. Whoever writes them draws strong pods onto a node he holds, or makes all others unschedulable until they come; a changed status makes the API server send kubelet requests to an address of his.",
  remediation:
    "Remove the rule over nodes: leave them to kubelets, the cloud's controller and the autoscaler. Labelling tools need `patch` on nodes, not on `nodes/status`, and best a prefix that NetworkPolicies and node selectors do not rely on.",
  equivalents: ["rbac-police:modify_node_status"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:controller:attachdetach-controller",
    "system:controller:node-controller",
    "system:controller:route-controller",
    "system:controller:ttl-controller",
    "system:node",
    "system:node-problem-detector",
  ),
  validate: `!(${allows(["create", "update", "patch", "delete"], ["nodes", "nodes/status"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule changes any node",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "list", "watch"], ["nodes"]))] }],
    fail: [{ resources: [clusterRole(rule(["patch"], ["nodes"]))] }],
  },
});
