import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const podsPortForward = defineControl({
  id: "pods-port-forward",
  title: "Few roles forward ports of pods",
  severity: "medium",
  why: "A forwarded port leads through the kubelet into the pod's own network, past every NetworkPolicy and to what listens on localhost only: debug ports, admin consoles, databases without a password.",
  remediation:
    "Limit `pods/portforward` to the namespaces in which developers work. `kubectl port-forward` elsewhere is refused; publish what people need daily through an Ingress with a login instead.",
  equivalents: ["kubescape:C-0063"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault("system:aggregate-to-edit"),
  validate: `!(${allows(["create", "get"], ["pods/portforward"])} && ${anyName})`,
  path: "",
  message: "The rule forwards ports of any pod",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["pods"]))] }],
    fail: [{ resources: [clusterRole(rule(["create"], ["pods/portforward"]))] }],
  },
});
