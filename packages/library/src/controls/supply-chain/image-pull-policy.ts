import { defineControl } from "@plimsoll/core";

export const imagePullPolicy = defineControl({
  id: "image-pull-policy",
  title: "Images are asked for anew where a tag may move",
  severity: "low",
  why: "An image already on the node is run without asking the registry: stale, or planted there by whoever was on the node, and usable by pods that have no right to pull it.",
  remediation:
    "Set `imagePullPolicy: Always`, which costs one small request per start, or pin the digest. With `Always`, pods do not start while the registry is down.",
  equivalents: [
    "kubescape:C-0075",
    "polaris:pullPolicyNotAlways",
    "checkov:CKV_K8S_15",
    "kube-score:container-image-pull-policy",
  ],
  target: "container",
  validate:
    "container.?image.orValue('').contains('@sha256:') || container.?imagePullPolicy.orValue('') == 'Always' || (container.?imagePullPolicy.orValue('') == '' && (container.?image.orValue('').endsWith(':latest') || !container.?image.orValue('').matches(':[^/]+$')))",
  path: "imagePullPolicy",
  message: "The node's copy of the image is run without asking the registry",
  fix: [{ set: "imagePullPolicy", to: "Always" }],
  examples: {
    pass: [
      { container: { image: "registry.example.com/shop/web:1.4.2", imagePullPolicy: "Always" } },
      { name: "the default for latest", container: { image: "registry.example.com/shop/web:latest" } },
    ],
    fail: [
      { container: { image: "registry.example.com/shop/web:1.4.2" } },
      { container: { image: "registry.example.com/shop/web:latest", imagePullPolicy: "IfNotPresent" } },
    ],
  },
});
