import { defineControl } from "@plimsoll/core";
import { service } from "./example.ts";

export const nodePortService = defineControl({
  id: "node-port-service",
  title: "Services are not opened on every node",
  severity: "medium",
  why: "A NodePort listens on every node, in whichever network that stands, and is often forgotten by the firewall in front. It leads past the Ingress with its TLS, its login and its log.",
  remediation:
    "Make it a ClusterIP Service behind an Ingress or Gateway. Where a load balancer outside the cluster needs node ports, let the firewall allow it alone. Clients that use a node's address must be moved first.",
  equivalents: [
    "kubescape:C-0256",
    "kube-linter:exposed-services",
    "gatekeeper:k8sblocknodeport",
    "popeye:1104",
    "kube-score:service-type",
  ],
  target: "service",
  validate: "object.spec.?type.orValue('ClusterIP') != 'NodePort'",
  path: "spec.type",
  message: "The Service listens on every node",
  noFix: "Who connects to the node's port is not visible; they would be cut off.",
  examples: {
    pass: [
      { resources: [service({})] },
      { resources: [service({ type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] })] },
    ],
    fail: [{ resources: [service({ type: "NodePort" })] }],
  },
});
