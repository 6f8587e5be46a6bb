import { defineControl } from "@plimsoll/core";
import { hostRule, ingress } from "./example.ts";

export const ingressTls = defineControl({
  id: "ingress-tls",
  title: "Ingresses serve their hosts over TLS",
  severity: "medium",
  why: "Without TLS, passwords and session cookies cross every network between the browser and the cluster as they are; whoever sits there reads and changes them.",
  remediation:
    "Add a `tls` entry with the host and a certificate's Secret; cert-manager makes one from an annotation. Most controllers then redirect plain HTTP, which old clients may not follow.",
  equivalents: [
    "kubescape:C-0263",
    "kubescape:C-0245",
    "polaris:tlsSettingsMissing",
    "gatekeeper:k8shttpsonly",
  ],
  target: "ingress",
  each: "spec.rules",
  validate:
    "object.spec.?tls.orValue([]).exists(entry, size(entry.?hosts.orValue([])) == 0 || entry.hosts.exists(host, host == item.?host.orValue('') || (host.startsWith('*.') && item.?host.orValue('').endsWith(host.substring(1)))))",
  path: "host",
  message: "The host is served without TLS",
  noFix: "The certificate that would be served has to be obtained first.",
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
      {
        name: "a certificate for all its hosts",
        resources: [
          ingress({
            rules: [hostRule("shop.example.com")],
            tls: [{ hosts: ["*.example.com"], secretName: "wildcard-tls" }],
          }),
        ],
      },
    ],
    fail: [
      { resources: [ingress({ rules: [hostRule("shop.example.com")] })] },
      {
        name: "another host has it",
        resources: [
          ingress({
            rules: [hostRule("shop.example.com"), hostRule("api.example.com")],
            tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
          }),
        ],
      },
    ],
  },
});
