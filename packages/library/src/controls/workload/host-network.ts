import { defineControl } from "@plimsoll/core";

export const hostNetwork = defineControl({
  id: "host-network",
  title: "Pods do not share the node's network",
  severity: "high",
  why: "The pod speaks with the node's address: network policies do not bind it, services that listen only on the node's loopback answer it, and the cloud's metadata service takes it for the node. With NET_RAW it also reads the traffic of every pod there.",
  remediation:
    "Remove `hostNetwork: true` and publish the port through a Service. Proxies and network plugins need it by function. Clients that used the node's address lose the way in, and a program that spoke to `localhost` of the node needs that service's real address.",
  equivalents: [
    "kubescape:C-0041",
    "trivy:KSV-0009",
    "kube-linter:host-network",
    "polaris:hostNetworkSet",
    "kyverno:disallow-host-namespaces",
    "checkov:CKV_K8S_19",
    "gatekeeper:k8spsphostnetworkingports",
    "prowler:core_minimize_hostNetwork_containers",
  ],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: "!pod.spec.?hostNetwork.orValue(false)",
  path: "spec.hostNetwork",
  message: "The pod shares the node's network",
  fix: [{ remove: "spec.hostNetwork" }],
  examples: {
    pass: [{ pod: {} }, { pod: { hostNetwork: false } }],
    fail: [{ pod: { hostNetwork: true } }],
  },
});
