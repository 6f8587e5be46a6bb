import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const customResourceDefinitionsWrite = defineControl({
  id: "custom-resource-definitions-write",
  title: "Few roles write custom resource definitions",
  severity: "medium",
  why: "A definition may name a conversion webhook, which is then handed every object of its kind; deleting one deletes all its objects with it. Whoever writes them reads and destroys what operators keep.",
  remediation:
    "Remove the rule over custom resource definitions, or name in `resourceNames` those that the operator updates itself. Let definitions be installed in one reviewed place, beside their operator.",
  equivalents: [],
  grants: "denial-of-service",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["create", "update", "patch", "delete", "deletecollection"], ["customresourcedefinitions"], ["apiextensions.k8s.io"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule writes any custom resource definition",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole(
            rule(["get", "list", "watch"], ["customresourcedefinitions"], ["apiextensions.k8s.io"]),
          ),
        ],
      },
    ],
    fail: [
      { resources: [clusterRole(rule(["update"], ["customresourcedefinitions"], ["apiextensions.k8s.io"]))] },
    ],
  },
});
