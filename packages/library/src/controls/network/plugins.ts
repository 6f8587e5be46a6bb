/** Network plugins, by the containers of their DaemonSets, and whether they enforce NetworkPolicies. */
import type { Workload } from "@plimsoll/core";

interface Plugin {
  readonly name: string;
  readonly enforces: boolean;
}

const plugins: readonly (readonly [pattern: RegExp, name: string, enforces: boolean])[] = [
  [/(^|\/)calico\/node$|(^|\/)calico-node[\w-]*$/, "Calico", true],
  [/(^|\/)cilium\/cilium[\w-]*$|(^|\/)cilium$/, "Cilium", true],
  [/(^|\/)antrea\/antrea-(agent|ubuntu|ubi)[\w-]*$/, "Antrea", true],
  [/(^|\/)weave-(kube|npc)$/, "Weave Net", true],
  [/(^|\/)kube-router$/, "kube-router", true],
  [/(^|\/)(aws|amazon)[\w/-]*network-policy-agent$/, "The VPC CNI's policy agent", true],
  [/(^|\/)azure-npm$/, "Azure NPM", true],
  [/(^|\/)(ovn-kubernetes|ovn-kube-u|ose-ovn-kubernetes)[\w-]*$/, "OVN-Kubernetes", true],
  [/(^|\/)kube-ovn$/, "Kube-OVN", true],
  [/(^|\/)kube-network-policies$/, "kube-network-policies", true],
  [/(^|\/)(flannel|flannel-cni)$/, "Flannel", false],
  [/(^|\/)amazon-k8s-cni$/, "The VPC CNI without its policy agent", false],
];

export function networkPlugin({ containers }: Workload): Plugin | undefined {
  const found = containers.flatMap(({ image }): Plugin[] => {
    const name = image.replace(/@.*$/, "").replace(/:[^/]*$/, "");
    const plugin = plugins.find(([pattern]) => pattern.test(name));
    return plugin === undefined ? [] : [{ name: plugin[1], enforces: plugin[2] }];
  });
  return found.find(({ enforces }) => enforces) ?? found[0];
}
