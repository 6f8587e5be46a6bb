import { defineControl } from "@plimsoll/core";

export const imageRegistryFrozen = defineControl({
  id: "image-registry-frozen",
  title: "Images do not come from a registry that was given up",
  severity: "medium",
  why: "`k8s.gcr.io` and `gcr.io/google_containers` have been frozen since 2023: no fix arrives there, and copies are being removed. What is pulled from them has known holes and one day does not start.",
  remediation:
    "Replace the registry by `registry.k8s.io`, in a current version of the image. Firewalls and mirrors must allow the new name first.",
  equivalents: ["kubescape:C-0253"],
  reference: "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/",
  target: "container",
  validate: "!container.?image.orValue('').matches('^(k8s\\\\.gcr\\\\.io|gcr\\\\.io/google[-_]containers)/')",
  path: "image",
  message: "The image comes from a registry that has been frozen",
  noFix: "The new name has to be chosen with a version that is still maintained.",
  examples: {
    pass: [{ container: { image: "registry.k8s.io/pause:3.10" } }],
    fail: [{ container: { image: "k8s.gcr.io/pause:3.2" } }],
  },
});
