import { defineControl } from "@plimsoll/core";
import { networkPolicy } from "./example.ts";

export const networkPolicyMetadataService = defineControl({
  id: "network-policy-metadata-service",
  title: "Pods do not reach the cloud's metadata service",
  severity: "high",
  why: "`169.254.169.254` hands the node's cloud credentials to whoever asks from the node. A rule that lets everything out but forgets that address lets any pod, by way of one forged request of a web program, act as the node.",
  remediation:
    "Add `except: [169.254.169.254/32]` to the egress block. Programs that use the node's identity need an identity of their own (IRSA, Workload Identity) first.",
  equivalents: ["kubescape:C-0052"],
  grants: "lateral-movement",
  reference: "https://attack.mitre.org/techniques/T1552/005/",
  target: "networkpolicy",
  each: "spec.egress",
  validate:
    "!item.?to.orValue([]).exists(peer, peer.?ipBlock.?cidr.orValue('') in ['0.0.0.0/0', '169.254.0.0/16', '169.254.169.254/32'] && !peer.ipBlock.?except.orValue([]).exists(block, block in ['169.254.169.254/32', '169.254.0.0/16']))",
  path: "to",
  message: "The rule lets pods reach the cloud's metadata service",
  noFix: "Whether a pod needs the node's identity is not written in the policy.",
  examples: {
    pass: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }] }],
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
          }),
        ],
      },
    ],
  },
});
