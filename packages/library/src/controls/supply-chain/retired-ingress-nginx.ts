import { defineControl } from "@plimsoll/core";

export const retiredIngressNginx = defineControl({
  id: "retired-ingress-nginx",
  title: "The retired NGINX Ingress controller is replaced",
  severity: "high",
  why: "Kubernetes' ingress-nginx has had no maintainer since March 2026. It stands on the internet, holds a token that reads every secret, and its next hole will not be fixed.",
  remediation:
    "Replace the controller by a Gateway API implementation or another maintained one. `ingress2gateway` translates most Ingresses. Annotations of `nginx.ingress.kubernetes.io/` mean nothing elsewhere, so compare behaviour host by host.",
  equivalents: ["kubescape:C-0292"],
  grants: "secret-access",
  reference: "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
  target: "container",
  validate:
    "!container.?image.orValue('').matches('(^|/)ingress-nginx/(controller|controller-chroot)([:@]|$)')",
  path: "image",
  message: "The container is the retired NGINX Ingress controller",
  noFix: "Another controller has to take its place first.",
  examples: {
    pass: [{ container: { image: "registry.example.com/edge/gateway:1.0" } }],
    fail: [{ container: { image: "registry.k8s.io/ingress-nginx/controller:v1.14.0" } }],
  },
});
