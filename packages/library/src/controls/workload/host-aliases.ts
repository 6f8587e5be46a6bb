import { defineControl } from "@plimsoll/core";

export const hostAliases = defineControl({
  id: "host-aliases",
  title: "Pods do not rewrite /etc/hosts",
  severity: "low",
  why: "An entry in `hostAliases` wins over DNS, unseen by whoever watches DNS. One changed line sends a trusted name, an update server's or a payment API's, to an address of the attacker's choice.",
  remediation:
    "Remove `hostAliases` and give the name a record in DNS, or a Service of type ExternalName. Names that existed only there stop resolving at the next start of the pod.",
  equivalents: ["trivy:KSV-0007"],
  reference: "https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/",
  target: "pod",
  validate: "pod.spec.?hostAliases.orValue([]).size() == 0",
  path: "spec.hostAliases",
  message: "The pod writes its own entries into /etc/hosts",
  fix: [{ remove: "spec.hostAliases" }],
  examples: {
    pass: [{ pod: {} }],
    fail: [{ pod: { hostAliases: [{ ip: "203.0.113.10", hostnames: ["updates.example.com"] }] } }],
  },
});
