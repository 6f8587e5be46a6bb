import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const endpointsWrite = defineControl({
  id: "endpoints-write",
  title: "No role writes the addresses behind services",
  severity: "medium",
  why: "Endpoints and EndpointSlices say where a Service leads. Whoever writes them sends its callers to himself, or uses an Ingress to reach pods of other namespaces that no policy lets him reach (CVE-2021-25740, which has no fix).",
  remediation:
    "Remove the rule over Endpoints and EndpointSlices: Kubernetes' own controllers keep them. A tool that publishes hosts outside the cluster needs it in its namespace, on named Endpoints.",
  equivalents: ["gatekeeper:k8sblockendpointeditdefaultrole"],
  grants: "lateral-movement",
  reference: "https://github.com/kubernetes/kubernetes/issues/103675",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:controller:endpoint-controller",
    "system:controller:endpointslice-controller",
    "system:controller:endpointslicemirroring-controller",
  ),
  validate: `!(${allows(["create", "update", "patch"], ["endpoints", "endpointslices"], ["", "discovery.k8s.io"])} && ${anyName})`,
  path: "",
  message: "The rule writes the addresses behind any service",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole(rule(["get", "list", "watch"], ["endpointslices"], ["discovery.k8s.io"]))] },
    ],
    fail: [
      { resources: [clusterRole(rule(["patch"], ["endpoints"]))] },
      { resources: [clusterRole(rule(["create"], ["endpointslices"], ["discovery.k8s.io"]))] },
    ],
  },
});
