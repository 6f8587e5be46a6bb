import { defineControl } from "@plimsoll/core";
import { service } from "./example.ts";

export const loadBalancerOpen = defineControl({
  id: "load-balancer-open",
  title: "Load balancers name who may connect",
  severity: "medium",
  why: "A load balancer without source ranges answers the whole internet. What was meant for an office or a partner is found by scanners within minutes, with whatever hole it has.",
  remediation:
    "Set `loadBalancerSourceRanges` to the callers, or keep the load balancer inside by your cloud's internal annotation. For a public site let an Ingress with TLS stand in front and accept this finding there. Callers outside the ranges are cut off.",
  equivalents: [
    "kubescape:C-0256",
    "kube-linter:exposed-services",
    "gatekeeper:k8sblockloadbalancer",
    "popeye:1103",
  ],
  reference: "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
  target: "service",
  when: "object.spec.?type.orValue('ClusterIP') == 'LoadBalancer' && !object.metadata.?annotations.orValue({}).exists(key, (key in ['service.beta.kubernetes.io/aws-load-balancer-internal', 'service.beta.kubernetes.io/azure-load-balancer-internal', 'service.beta.kubernetes.io/oci-load-balancer-internal'] && object.metadata.annotations[key] != 'false') || (key in ['service.beta.kubernetes.io/aws-load-balancer-scheme', 'networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'] && object.metadata.annotations[key].lowerAscii() == 'internal') || (key == 'service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type' && object.metadata.annotations[key] == 'private') || key == 'service.beta.kubernetes.io/load-balancer-source-ranges')",
  validate:
    "size(object.spec.?loadBalancerSourceRanges.orValue([])) > 0 && !object.spec.loadBalancerSourceRanges.exists(range, range.trim() in ['0.0.0.0/0', '::/0'])",
  path: "spec.loadBalancerSourceRanges",
  message: "The load balancer takes connections from any address",
  noFix: "Who may connect is not written in the Service.",
  examples: {
    pass: [
      { resources: [service({ type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] })] },
      {
        name: "inside the cloud's network",
        resources: [
          service({ type: "LoadBalancer" }, { "networking.gke.io/load-balancer-type": "Internal" }),
        ],
      },
    ],
    fail: [
      { resources: [service({ type: "LoadBalancer" })] },
      { resources: [service({ type: "LoadBalancer", loadBalancerSourceRanges: ["0.0.0.0/0"] })] },
    ],
  },
});
