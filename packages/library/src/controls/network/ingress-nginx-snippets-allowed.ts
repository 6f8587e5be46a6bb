import { defineControl } from "@plimsoll/core";

export const ingressNginxSnippetsAllowed = defineControl({
  id: "ingress-nginx-snippets-allowed",
  title: "The NGINX controller takes no snippets from Ingresses",
  severity: "high",
  why: "With `allow-snippet-annotations` on, everyone who may write an Ingress anywhere writes into the controller's configuration, and reads its token and with that all secrets of the cluster.",
  remediation:
    'Set `allow-snippet-annotations: "false"`. Ingresses that bring a snippet are refused from then on, so look for them first.',
  equivalents: ["kubescape:C-0059", "trivy:KCV-0093"],
  grants: "secret-access",
  reference: "https://github.com/kubernetes/ingress-nginx/issues/7837",
  target: "configmap",
  validate: "object.?data[?'allow-snippet-annotations'].orValue('false') != 'true'",
  path: 'data["allow-snippet-annotations"]',
  message: "The controller takes configuration from every Ingress",
  fix: [{ set: 'data["allow-snippet-annotations"]', to: "false" }],
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "ingress-nginx-controller", namespace: "default" },
            data: { "allow-snippet-annotations": "false" },
          },
        ],
      },
      {
        resources: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web", namespace: "default" } }],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "ingress-nginx-controller", namespace: "default" },
            data: { "allow-snippet-annotations": "true" },
          },
        ],
      },
    ],
  },
});
