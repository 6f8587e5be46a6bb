import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const admissionPoliciesWrite = defineControl({
  id: "admission-policies-write",
  title: "Few roles write admission policies",
  severity: "high",
  why: "Whoever writes ValidatingAdmissionPolicies and their bindings switches the cluster's rules off, or denies everybody everything. A MutatingAdmissionPolicy goes further and rewrites each new pod.",
  remediation:
    "Remove the rule over admission policies, and let one reviewed deployer write them. Policy tools that generate them need it on the names they own.",
  equivalents: [],
  grants: "cluster-takeover",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["create", "update", "patch", "delete", "deletecollection"], ["validatingadmissionpolicies", "validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"], ["admissionregistration.k8s.io"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule writes any admission policy",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole(
            rule(["get", "list"], ["validatingadmissionpolicies"], ["admissionregistration.k8s.io"]),
          ),
        ],
      },
    ],
    fail: [
      {
        resources: [
          clusterRole(
            rule(["delete"], ["validatingadmissionpolicybindings"], ["admissionregistration.k8s.io"]),
          ),
        ],
      },
    ],
  },
});
