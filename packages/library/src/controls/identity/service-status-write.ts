import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const serviceStatusWrite = defineControl({
  id: "service-status-write",
  title: "Few roles write the status of services",
  severity: "medium",
  why: "The address in a load balancer's status is one that every node sends to the Service behind. Whoever writes it there takes over the cluster's traffic to any address he likes (CVE-2020-8554, which has no fix).",
  remediation:
    "Remove the rule over `services/status`, which the load balancer's controller writes. Others are refused, and nothing else should notice.",
  equivalents: ["rbac-police:modify_service_status_cve_2020_8554", "checkov:CKV2_K8S_4"],
  grants: "lateral-movement",
  reference: "https://github.com/kubernetes/kubernetes/issues/97076",
  target: "role",
  each: "rules",
  when: exceptDefault("system:controller:service-controller"),
  validate: `!(${allows(["update", "patch"], ["services/status"])} && ${anyName})`,
  path: "",
  message: "The rule writes the status of any service",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["patch"], ["services"]))] }],
    fail: [{ resources: [clusterRole(rule(["patch"], ["services/status"]))] }],
  },
});
