import { defineControl } from "@plimsoll/core";
import { exceptDefault, holdsOneOf, narrowedToUse } from "./rule.ts";
import { clusterRole } from "./role.ts";

export const roleWildcardUrls = defineControl({
  id: "role-wildcard-urls",
  title: "Roles name the API server's own paths they allow",
  severity: "low",
  why: "`*` as path opens everything the API server answers outside its resources: profiles of its memory under `/debug/pprof`, its flags, its log and metrics. They show an attacker how the control plane is set up, and profiling takes its time away.",
  remediation:
    "Replace `*` by the paths that are needed, such as `/metrics` or `/healthz`. Scrapers of other paths are refused from then on.",
  equivalents: [],
  grants: "information",
  target: "role",
  each: "rules",
  when: exceptDefault("cluster-admin"),
  validate: `!${holdsOneOf("nonResourceURLs", ["*", "/*"])}`,
  path: "nonResourceURLs",
  message: "The rule covers every path of the API server",
  ...narrowedToUse,
  examples: {
    pass: [{ resources: [clusterRole({ nonResourceURLs: ["/metrics"], verbs: ["get"] })] }],
    fail: [{ resources: [clusterRole({ nonResourceURLs: ["*"], verbs: ["get"] })] }],
  },
});
