import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podsProxy = defineControl({
  id: "pods-proxy",
  title: "Few roles reach pods and services through the API server",
  severity: "medium",
  why: "The proxy subresources let the API server make HTTP requests for the holder. They come from the control plane's address, which NetworkPolicies and firewalls tend to trust, and reach dashboards and admin ports that are closed to everyone else.",
  remediation:
    "Remove `pods/proxy` and `services/proxy`, or allow single services by name. Links of the form `/api/v1/namespaces/…/proxy/` stop working; an Ingress with a login serves the same need.",
  equivalents: [],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["create", "get"], ["pods/proxy", "services/proxy"])} && ${anyName})`,
  path: "",
  message: "The rule reaches any pod or service through the API server",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole({ ...rule(["get"], ["services/proxy"]), resourceNames: ["https:dashboard:"] }),
        ],
      },
    ],
    fail: [{ resources: [clusterRole(rule(["get"], ["services/proxy"]))] }],
  },
});
