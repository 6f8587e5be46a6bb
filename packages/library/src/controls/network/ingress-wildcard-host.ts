import { defineControl } from "@plimsoll/core";
import { hostRule, ingress } from "./example.ts";

export const ingressWildcardHost = defineControl({
  id: "ingress-wildcard-host",
  title: "Ingresses name the hosts they serve",
  severity: "low",
  why: "A rule without a host, or with `*`, answers for every name that points at the controller, also names of other teams whose own Ingress is briefly missing. Whoever owns it receives their visitors and their cookies.",
  remediation:
    "Name the hosts in the rules. Requests under other names, or by bare address, are then answered by the controller's default backend.",
  equivalents: ["gatekeeper:k8sblockwildcardingress"],
  target: "ingress",
  each: "spec.rules",
  validate: "item.?host.orValue('') != '' && !item.host.startsWith('*')",
  path: "host",
  message: "The rule answers for hosts it does not name",
  noFix: "Which hosts are meant is not written in the Ingress.",
  examples: {
    pass: [{ resources: [ingress({ rules: [hostRule("shop.example.com")] })] }],
    fail: [
      { resources: [ingress({ rules: [hostRule()], tls: [{ secretName: "shop-tls" }] })] },
      { resources: [ingress({ rules: [hostRule("*.example.com")] })] },
    ],
  },
});
