import { defineControl } from "@plimsoll/core";

export const customNameserver = defineControl({
  id: "custom-nameserver",
  title: "Pods ask the cluster's DNS",
  severity: "low",
  why: "Under `dnsPolicy: None` the pod's own nameserver answers every name it looks up, Services included; otherwise it is asked where the cluster's DNS fails. Whoever runs it sees the names and may answer with any address, and the cluster's DNS log and policy know nothing of it.",
  remediation:
    "Remove `dnsConfig.nameservers` and forward the zone in the cluster's DNS (a CoreDNS `forward` block). Names that only that server knows stop resolving until the block is there.",
  equivalents: [],
  grants: "information",
  reference: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
  target: "pod",
  validate: "pod.spec.?dnsConfig.?nameservers.orValue([]).size() == 0",
  path: "spec.dnsConfig.nameservers",
  message: "The pod asks nameservers of its own",
  fix: [{ remove: "spec.dnsConfig.nameservers" }, { set: "spec.dnsPolicy", to: "ClusterFirst" }],
  examples: {
    pass: [{ pod: {} }, { pod: { dnsConfig: { options: [{ name: "ndots", value: "2" }] } } }],
    fail: [{ pod: { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.53"] } } }],
  },
});
