/** The network plugin of a cluster, by the images of its DaemonSets, and whether it carries network policies out. */
import type { Workload } from "../../model/workload.ts";
import type { Inventory } from "../inventory.ts";

export interface NetworkPlugin {
  readonly name: string;
  readonly enforces: boolean;
}

/** The last part of an image's name, without tag and digest. Several plugins may run: one that enforces is enough. */
const plugins: readonly (readonly [image: RegExp, name: string, enforces: boolean])[] = [
  [/^(calico-)?node$|^calico-node/, "Calico", true],
  [/^cilium(-.*)?$/, "Cilium", true],
  [/^antrea-/, "Antrea", true],
  [/^weave-(kube|npc)$/, "Weave Net", true],
  [/^kube-router$/, "kube-router", true],
  [/network-policy-agent$/, "the VPC CNI's policy agent", true],
  [/^azure-npm$/, "Azure NPM", true],
  [/^(ose-)?ovn-kube/, "OVN-Kubernetes", true],
  [/^kube-ovn$/, "Kube-OVN", true],
  [/^kindnetd$/, "kindnet", true],
  [/^kube-network-policies$/, "kube-network-policies", true],
  [/^flannel$/, "Flannel", false],
  [/^amazon-k8s-cni$/, "the VPC CNI without its policy agent", false],
];

export function networkPluginOf({ ref, containers }: Workload): NetworkPlugin | undefined {
  if (ref.kind !== "DaemonSet") return undefined;
  const found = containers.flatMap(({ image }): readonly NetworkPlugin[] => {
    const name = image.replace(/@.*$/, "").replace(/:[^/]*$/, "");
    const last = name.slice(name.lastIndexOf("/") + 1);
    const plugin = plugins.find(([pattern]) => pattern.test(last));
    if (plugin === undefined || (last === "node" && !name.endsWith("calico/node"))) return [];
    return [{ name: plugin[1], enforces: plugin[2] }];
  });
  return found.find(({ enforces }) => enforces) ?? found[0];
}

/**
 * The plugin that leaves policies without effect, where one was seen and none that enforces them. "Creating a NetworkPolicy
 * resource without a controller that implements it will have no effect": the Kubernetes documentation.
 */
export function idlePlugin(inventory: Inventory): NetworkPlugin | undefined {
  const seen = inventory.workloads.flatMap((workload) => networkPluginOf(workload) ?? []);
  return seen.some(({ enforces }) => enforces) ? undefined : seen[0];
}
