import { defineControl } from "@plimsoll/core";

export const capabilityNetAdmin = defineControl({
  id: "capability-net-admin",
  title: "No container is given CAP_NET_ADMIN",
  severity: "high",
  why: "NET_ADMIN rewrites the pod's routes and firewall, so a redirect to a mesh or egress proxy no longer binds it, and it opens the netfilter code in which kernel exploits are found year after year. Under `hostNetwork` the network it rules is the node's.",
  remediation:
    "Remove NET_ADMIN from `capabilities.add`. Let the CNI plugin do what an init container did (service meshes ship one), and use a sysctl where only a network setting was wanted. `iptables`, `ip route` and VPN interfaces fail in the container afterwards.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "lateral-movement",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['NET_ADMIN', 'CAP_NET_ADMIN'])",
  path: "",
  message: "The container is given CAP_NET_ADMIN",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
    ],
    fail: [{ container: { securityContext: { capabilities: { add: ["NET_ADMIN"] } } } }],
  },
});
