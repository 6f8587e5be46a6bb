import { defineControl } from "@plimsoll/core";
import { hostRule, ingress } from "./example.ts";

export const ingressPlainRedirectOff = defineControl({
  id: "ingress-plain-redirect-off",
  title: "Ingresses with TLS send plain HTTP on to it",
  severity: "low",
  why: "With the redirect off the site also answers without TLS. A visitor who types the bare name sends his first request, cookie included, readable to the network he is on.",
  remediation:
    'Remove `ssl-redirect: "false"`. Clients that cannot follow a redirect need the `https://` address first; where a load balancer in front ends TLS, accept this finding.',
  equivalents: ["gatekeeper:k8shttpsonly"],
  target: "ingress",
  when: "size(object.spec.?tls.orValue([])) > 0",
  validate:
    "object.metadata.?annotations[?'nginx.ingress.kubernetes.io/ssl-redirect'].orValue('true') != 'false'",
  path: 'metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"]',
  message: "The site also answers without TLS",
  fix: [{ remove: 'metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"]' }],
  examples: {
    pass: [
      {
        resources: [
          ingress({
            rules: [hostRule("shop.example.com")],
            tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          ingress(
            {
              rules: [hostRule("shop.example.com")],
              tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
            },
            { "nginx.ingress.kubernetes.io/ssl-redirect": "false" },
          ),
        ],
      },
    ],
  },
});
