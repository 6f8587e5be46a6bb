import { defineControl } from "@plimsoll/core";
import { hostRule, ingress } from "./example.ts";

export const ingressSnippet = defineControl({
  id: "ingress-snippet",
  title: "Ingresses bring no configuration of their own into NGINX",
  severity: "high",
  why: "A snippet is copied into the controller's configuration. Whoever may write an Ingress reads with it the controller's token, and through that every secret of the cluster (CVE-2021-25742), or runs code there.",
  remediation:
    "Remove the snippet annotation and use the controller's own options, or a Gateway. What the snippet did, a header or a redirect, stops until it is done another way.",
  equivalents: [
    "kubescape:C-0059",
    "trivy:KCV-0093",
    "checkov:CKV_K8S_153",
    "checkov:CKV_K8S_152",
    "checkov:CKV_K8S_154",
  ],
  grants: "secret-access",
  reference: "https://github.com/kubernetes/ingress-nginx/issues/7837",
  target: "ingress",
  validate:
    "!object.metadata.?annotations.orValue({}).exists(key, key.startsWith('nginx.ingress.kubernetes.io/') && (key.endsWith('-snippet') || key == 'nginx.ingress.kubernetes.io/auth-snippet'))",
  path: "metadata.annotations",
  message: "The Ingress writes into the controller's configuration",
  noFix: "What the snippet does has to be done another way first.",
  examples: {
    pass: [{ resources: [ingress({ rules: [hostRule("shop.example.com")] })] }],
    fail: [
      {
        resources: [
          ingress(
            { rules: [hostRule("shop.example.com")] },
            { "nginx.ingress.kubernetes.io/configuration-snippet": 'more_set_headers "X-A: b";' },
          ),
        ],
      },
    ],
  },
});
