import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const webhookConfigurationsWrite = defineControl({
  id: "webhook-configurations-write",
  title: "Few roles write admission webhooks",
  severity: "high",
  why: "A webhook sees every object that is written, secrets in the clear among them, and a mutating one changes them: a container of the attacker's into each new pod. Deleting one instead switches off the policies that hold everybody else.",
  remediation:
    "Name the configurations in `resourceNames`; cert injectors and operators need `update` or `patch` on their own only. `create` stays with whoever installs them.",
  equivalents: [
    "kubescape:C-0281",
    "trivy:KSV-0114",
    "prowler:rbac_minimize_webhook_config_access",
    "rbac-police:control_webhooks",
    "checkov:CKV_K8S_155",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks",
  target: "role",
  each: "rules",
  when: exceptDefault(),
  validate: `!(${allows(["create", "update", "patch", "delete", "deletecollection"], ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"], ["admissionregistration.k8s.io"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule writes any admission webhook",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole({
            ...rule(["patch"], ["mutatingwebhookconfigurations"], ["admissionregistration.k8s.io"]),
            resourceNames: ["shop-injector"],
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          clusterRole(rule(["patch"], ["mutatingwebhookconfigurations"], ["admissionregistration.k8s.io"])),
        ],
      },
    ],
  },
});
