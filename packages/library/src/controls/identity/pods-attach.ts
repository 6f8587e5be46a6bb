import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podsAttach = defineControl({
  id: "pods-attach",
  title: "Few roles attach to running containers",
  severity: "high",
  why: "Attaching reads the output of a container's main process and, where its input is open, types into it. A shell or debug container that somebody left open is then the attacker's, with that pod's account and mounts.",
  remediation:
    "Remove `pods/attach`, beside `pods/exec`; reading the log needs only `pods/log`. `kubectl run -it` and `kubectl attach` stop working for the holders.",
  equivalents: [
    "kubescape:C-0002",
    "trivy:KSV-0054",
    "polaris:clusterrolePodExecAttach",
    "polaris:rolePodExecAttach",
    "kubiscan:risky-attach-pods",
    "kubehound:POD_ATTACH",
    "kubehound:CONTAINER_ATTACH",
  ],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["create", "get"], ["pods/attach"])} && ${anyName})`,
  path: "",
  message: "The rule attaches to any container",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods", "pods/log"]))] }],
    fail: [{ resources: [clusterRole(rule(["create"], ["pods/attach"]))] }],
  },
});
