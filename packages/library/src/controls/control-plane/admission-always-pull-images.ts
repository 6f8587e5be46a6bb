import { defineControl } from "@plimsoll/core";
import { enabled, noFixForFlag, pluginCheck, staticPod } from "./flags.ts";

export const admissionAlwaysPullImages = defineControl({
  id: "admission-always-pull-images",
  title: "Cached images are not free to every tenant",
  severity: "low",
  why: "An image that one pod pulled with its password lies on the node, and any other pod there may run it without one, and read what is baked into it.",
  remediation:
    "Enable `AlwaysPullImages` where tenants share nodes. Every start then asks the registry, and no pod starts while it is down. From Kubernetes 1.35, the kubelet's `imagePullCredentialsVerificationPolicy` does the same without the pull.",
  equivalents: [
    "kubescape:C-0123",
    "trivy:KCV-0012",
    "prowler:apiserver_always_pull_images_plugin",
    "checkov:CKV_K8S_80",
  ],
  ...pluginCheck("enable-admission-plugins", (flags) => enabled(flags, "AlwaysPullImages")),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=AlwaysPullImages")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--enable-admission-plugins=NodeRestriction")] }],
  },
});
