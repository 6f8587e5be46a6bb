import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const nodesProxy = defineControl({
  id: "nodes-proxy",
  title: "No role reaches the kubelets through nodes/proxy",
  severity: "critical",
  why: "`nodes/proxy` is the kubelet's whole API: with it one runs commands in every pod of every node, past admission control and past the audit log. `get` is enough, since the kubelet opens an exec stream on a GET.",
  remediation:
    "Remove `nodes/proxy`, and give monitoring `nodes/metrics` and `nodes/stats` in its place. Kubernetes 1.33 and newer check `nodes/healthz`, `nodes/pods` and `nodes/configz` one by one too. Agents that ask for `nodes/proxy` by habit often need only `nodes/metrics`; look at their release notes before taking it away.",
  equivalents: [
    "kubescape:C-0279",
    "trivy:KSV-0047",
    "prowler:rbac_minimize_node_proxy_subresource_access",
    "rbac-police:nodes_proxy",
    "kubiscan:risky-execute-command-node-proxy",
    "checkov:CKV2_K8S_2",
  ],
  grants: "cluster-takeover",
  reference:
    "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes",
  target: "role",
  each: "rules",
  when: exceptDefault("system:kubelet-api-admin"),
  validate: `!(${allows(["create", "get", "update", "patch", "delete"], ["nodes/proxy"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule commands every kubelet",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["get"], ["nodes/metrics", "nodes/stats"]))] }],
    fail: [{ resources: [clusterRole(rule(["get"], ["nodes/proxy"]))] }],
  },
});
