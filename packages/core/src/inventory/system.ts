/** Which workloads are part of the platform itself and hold their privilege by function: they are counted, and shown apart. */
import type { Resource } from "../model/resource.ts";

const systemNamespaces =
  /^(kube-system|kube-node-lease|kube-flannel|calico-system|calico-apiserver|tigera-operator|cilium|cilium-system|gke-.*|gmp-system|amazon-.*|aks-.*|openshift-.*|longhorn-system|rook-ceph|metallb-system)$/;

const components: readonly (readonly [RegExp, string])[] = [
  [
    /^(kube-apiserver|kube-controller-manager|kube-scheduler|etcd|cloud-controller-manager|konnectivity-agent)\b/,
    "control plane",
  ],
  [/^(kube-proxy|kube-router)\b/, "service proxy of the nodes"],
  [
    /^(calico|cilium|kindnet|kube-flannel|weave|canal|antrea|aws-node|azure-cni|azure-npm|multus|ovnkube|ovn-|sdn|tigera|netd|ip-masq|azure-ip-masq)/,
    "container network (CNI)",
  ],
  [
    /(^|-)(csi|ebs-csi|efs-csi|pdcsi|csi-node|csi-controller|csi-attacher|csi-provisioner|longhorn|rook|ceph)(-|$)/,
    "storage driver (CSI)",
  ],
  [/^(coredns|kube-dns|node-local-dns|nodelocaldns|dns-autoscaler)\b/, "cluster DNS"],
  [
    /^(metrics-server|konnectivity|kube-state-metrics|event-exporter|fluentbit-gke|gke-metrics-agent|node-problem-detector)\b/,
    "node and metrics service",
  ],
  [/^(nvidia|gpu-|device-plugin|sriov|amd-gpu)/, "device plugin"],
  [/^(speaker|controller)$/, "load balancer of the nodes"],
];

/**
 * Says why a workload is thought to be part of the platform; `undefined` for everything else. Name and namespace must
 * both fit: whoever can write into a system namespace already owns the cluster, so neither is an excuse elsewhere.
 */
export function systemFunctionOf(resource: Resource): string | undefined {
  const { namespace = "", name = "" } = resource.metadata;
  if (!systemNamespaces.test(namespace)) return undefined;
  return components.find(([pattern]) => pattern.test(name))?.[1];
}
