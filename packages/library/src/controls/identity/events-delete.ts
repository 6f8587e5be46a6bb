import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const eventsDelete = defineControl({
  id: "events-delete",
  title: "No role deletes events",
  severity: "low",
  why: "Events are what most people look at first. Whoever deletes them removes the traces of pods he started and of mounts that failed.",
  remediation:
    "Remove `delete` and `deletecollection` on events: they end by themselves after an hour. Ship them out of the cluster if they matter.",
  equivalents: ["kubescape:C-0031"],
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["delete", "deletecollection"], ["events"], ["", "events.k8s.io"])} && ${anyName})`,
  path: "",
  message: "The rule deletes events",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["create", "patch"], ["events"]))] }],
    fail: [{ resources: [clusterRole(rule(["delete"], ["events"]))] }],
  },
});
