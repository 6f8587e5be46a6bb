import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { networkPlugin } from "./plugins.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const resource = clusterRef;
  if (inventory.server.kind === "files") {
    yield { resource, result: "skip", because: "no cluster in this scan" };
    return;
  }
  const found = inventory.workloads
    .filter(({ ref }) => ref.kind === "DaemonSet")
    .flatMap((workload) => {
      const plugin = networkPlugin(workload);
      return plugin === undefined ? [] : [{ workload, ...plugin }];
    });
  const able = found.find(({ enforces }) => enforces);
  const unable = found[0];
  if (able !== undefined)
    yield { resource, result: "pass", because: `${able.name} enforces network policies` };
  else if (unable !== undefined)
    yield {
      resource: unable.workload.ref,
      result: "fail",
      because: `${unable.name} does not enforce network policies`,
    };
  else
    yield {
      resource,
      result: "unknown",
      because:
        "The network plugin was not recognised: deny a test pod's traffic by a policy and see whether it holds",
    };
}

function plugin(name: string, image: string) {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: "kube-system" },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image }] } },
    },
  };
}

export const networkPluginPolicies = defineControl({
  id: "network-plugin-policies",
  title: "The network plugin enforces network policies",
  severity: "high",
  why: "NetworkPolicies are only wishes: the plugin must carry them out. With one that does not, the API accepts them, reviews find them, and every packet goes through.",
  remediation:
    "Use a network plugin that enforces policies: Calico, Cilium, Antrea, kube-router, OVN. Beside Flannel, Calico's policy part can be added. Policies that were never enforced begin to hold then: look at what they deny first.",
  equivalents: ["kubescape:C-0205", "kubescape:C-0230", "kubescape:C-0240"],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",
  target: "cluster",
  reads: ["apps/v1/DaemonSet"],
  judge,
  noFix: "Changing the network plugin is not a change to a resource.",
  examples: {
    pass: [{ resources: [plugin("calico-node", "quay.io/calico/node:v3.31.0")] }],
    fail: [{ resources: [plugin("kube-flannel-ds", "ghcr.io/flannel-io/flannel:v0.27.0")] }],
  },
});
