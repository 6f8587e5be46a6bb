import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const apiServicesWrite = defineControl({
  id: "api-services-write",
  title: "No role redirects parts of the API",
  severity: "high",
  why: "An APIService hands a whole API group to a server of the holder's choice, with the names of the callers and the bodies of their requests. He answers in Kubernetes' place.",
  remediation:
    "Name the APIServices in `resourceNames`; installers of an aggregated API need their own one only.",
  equivalents: [],
  grants: "cluster-takeover",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["create", "update", "patch"], ["apiservices"], ["apiregistration.k8s.io"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule redirects any group of the API",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole({
            ...rule(["update"], ["apiservices"], ["apiregistration.k8s.io"]),
            resourceNames: ["v1beta1.metrics.k8s.io"],
          }),
        ],
      },
    ],
    fail: [{ resources: [clusterRole(rule(["patch"], ["apiservices"], ["apiregistration.k8s.io"]))] }],
  },
});
