import { defineControl } from "@plimsoll/core";

export const imageTag = defineControl({
  id: "image-tag",
  title: "Images name a version that stays",
  severity: "medium",
  why: "With `latest` or no tag, what runs is whatever was pushed last. An attacker who may push to the repository is in production at the next restart, replicas of one workload differ, and nobody can say what ran yesterday.",
  remediation:
    "Name a release in the image, and better its digest: `image:1.4.2@sha256:…`. Rollouts then happen when the manifest changes, so something must raise the version, such as Renovate.",
  equivalents: [
    "kubescape:C-0075",
    "trivy:KSV-0013",
    "kube-linter:latest-tag",
    "polaris:tagNotSpecified",
    "prowler:core_image_tag_fixed",
    "checkov:CKV_K8S_14",
    "kube-score:container-image-tag",
    "popeye:100",
    "popeye:101",
    "gatekeeper:k8sdisallowedtags",
  ],
  target: "container",
  validate:
    "container.?image.orValue('').contains('@sha256:') || (container.?image.orValue('').matches(':[^/]+$') && !container.image.endsWith(':latest'))",
  path: "image",
  message: "The image is named by `latest` or without a tag",
  noFix: "Which version is meant is known to whoever deployed it, or to the registry.",
  examples: {
    pass: [
      { container: { image: "registry.example.com/shop/web:1.4.2" } },
      { container: { image: `registry.example.com/shop/web@sha256:${"5d".repeat(32)}` } },
    ],
    fail: [
      { container: { image: "registry.example.com/shop/web:latest" } },
      { name: "a port is no tag", container: { image: "registry.example.com:5000/shop/web" } },
    ],
  },
});
