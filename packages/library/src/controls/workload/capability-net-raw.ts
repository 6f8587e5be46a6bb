import { defineControl } from "@plimsoll/core";

export const capabilityNetRaw = defineControl({
  id: "capability-net-raw",
  title: "No container is given CAP_NET_RAW",
  severity: "medium",
  why: "With raw sockets a pod forges packets. Where the pod network is bridged, it answers the ARP and DNS questions of its neighbours on the node, and so sits between them and the services they call.",
  remediation:
    "Remove NET_RAW from `capabilities.add`. `ping` works without it where the pod may ping unprivileged (`net.ipv4.ping_group_range`, a safe sysctl that containerd 2 sets by itself); packet captures and some health checkers do not.",
  equivalents: [
    "kubescape:C-0046",
    "trivy:KSV-0119",
    "polaris:insecureCapabilities",
    "kyverno:disallow-capabilities",
    "checkov:CKV_K8S_28",
    "gatekeeper:k8spspcapabilities",
    "prowler:core_minimize_net_raw_capability_admission",
  ],
  grants: "lateral-movement",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['NET_RAW', 'CAP_NET_RAW'])",
  path: "",
  message: "The container is given CAP_NET_RAW",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { drop: ["NET_RAW"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { drop: ["ALL"], add: ["NET_RAW"] } } } }],
  },
});
