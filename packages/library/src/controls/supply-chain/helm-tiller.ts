import { defineControl } from "@plimsoll/core";

export const helmTiller = defineControl({
  id: "helm-tiller",
  title: "Helm 2's Tiller does not run",
  severity: "critical",
  why: "Tiller deploys for whoever reaches its port, mostly as cluster-admin and without a login. Any pod in the cluster can tell it to install something.",
  remediation:
    "Move the releases to Helm 3 (`helm 2to3 convert`), then delete Tiller and its account. Pipelines that still call Helm 2 fail from then on.",
  equivalents: ["trivy:KSV-0102", "checkov:CKV_K8S_34", "checkov:CKV_K8S_45", "checkov:CKV_K8S_44"],
  grants: "cluster-takeover",
  target: "container",
  validate: "!container.?image.orValue('').matches('(^|/)tiller([:@]|$)')",
  path: "image",
  message: "The container is Tiller",
  noFix: "Its releases have to be moved to Helm 3 first.",
  examples: {
    pass: [{ container: {} }],
    fail: [{ container: { image: "ghcr.io/helm/tiller:v2.17.0" } }],
  },
});
