import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const servicesWrite = defineControl({
  id: "services-write",
  title: "Few roles publish services and ingresses",
  severity: "low",
  why: "A Service of the type LoadBalancer, or an Ingress, puts what stands behind it on the internet; a changed selector sends a name that others trust to the attacker's pods.",
  remediation:
    "Remove the rule over services and ingresses from all but the deployer of each namespace. Forbid types that are not wanted by an admission policy. Operators that create Services need the rule where their workloads are.",
  equivalents: ["trivy:KSV-0056"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit", "system:controller:service-controller"),
  validate: `!(${allows(["create", "update", "patch"], ["services", "ingresses"], ["", "networking.k8s.io"])} && ${anyName})`,
  path: "",
  message: "The rule publishes services",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get", "list"], ["services"]))] }],
    fail: [
      { resources: [clusterRole(rule(["create"], ["services"]))] },
      { resources: [clusterRole(rule(["update"], ["ingresses"], ["networking.k8s.io"]))] },
    ],
  },
});
