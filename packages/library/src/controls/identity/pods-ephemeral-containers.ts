import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podsEphemeralContainers = defineControl({
  id: "pods-ephemeral-containers",
  title: "Few roles add debug containers to running pods",
  severity: "high",
  why: "An ephemeral container brings its own image into a running pod: it shares the network, and on request the processes, of the program there, and acts as its account. Where Pod Security does not forbid it, it may be privileged, which is the node.",
  remediation:
    "Remove the rule over `pods/ephemeralcontainers`, and give it for an incident, in one namespace. `kubectl debug` on pods stops working for everybody else.",
  equivalents: ["rbac-police:pods_ephemeral_ctrs"],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["update", "patch"], ["pods/ephemeralcontainers"])} && ${anyName})`,
  path: "",
  message: "The rule adds containers to any running pod",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods/ephemeralcontainers"]))] }],
    fail: [{ resources: [clusterRole(rule(["patch"], ["pods/ephemeralcontainers"]))] }],
  },
});
