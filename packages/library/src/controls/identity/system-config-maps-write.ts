import { defineControl } from "@plimsoll/core";
import { allows, exceptDefault, noFixForRule, reachesSystem } from "./rule.ts";
import { clusterRole, role, rule } from "./role.ts";

export const systemConfigMapsWrite = defineControl({
  id: "system-config-maps-write",
  title: "No role writes the config maps of kube-system",
  severity: "high",
  why: "The cluster's DNS reads its answers from the ConfigMap `coredns`, and on EKS `aws-auth` says who is an administrator. Whoever writes them sends everybody's traffic elsewhere, or makes himself one.",
  remediation:
    "Limit the rule to the namespaces that need it, or to named config maps. Controllers that keep their leader there should use Leases; what they may no longer write they will log as `forbidden`.",
  equivalents: ["kubescape:C-0037", "trivy:KSV-0049", "trivy:KSV-0115", "rbac-police:eks_modify_aws_auth"],
  grants: "lateral-movement",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:aggregate-to-edit",
    "system:controller:root-ca-cert-publisher",
    "kube-system/system:controller:cloud-provider",
    "kube-system/system::leader-locking-kube-controller-manager",
    "kube-system/system::leader-locking-kube-scheduler",
  ),
  validate: `!(${allows(["update", "patch"], ["configmaps"])} && ${reachesSystem} && (size(item.?resourceNames.orValue([])) == 0 || item.resourceNames.exists(name, name in ['aws-auth', 'coredns'])))`,
  path: "",
  message: "The rule writes the config maps that steer the cluster's DNS and logins",
  noFix: noFixForRule,
  examples: {
    pass: [
      { resources: [clusterRole({ ...rule(["update"], ["configmaps"]), resourceNames: ["shop-leader"] })] },
      { resources: [role("default", rule(["update"], ["configmaps"]))] },
    ],
    fail: [
      { resources: [clusterRole(rule(["update"], ["configmaps"]))] },
      {
        resources: [role("kube-system", { ...rule(["patch"], ["configmaps"]), resourceNames: ["coredns"] })],
      },
    ],
  },
});
