import { defineControl } from "@plimsoll/core";

export const imageDigest = defineControl({
  id: "image-digest",
  title: "Images are pinned by digest",
  severity: "low",
  why: "A tag can be moved: whoever gets at the registry puts another image under `1.4.2`, and the next node that pulls it runs that. A digest names the content itself.",
  remediation:
    "Append the digest that the registry shows (`crane digest IMAGE`), and let a tool raise tag and digest together. Rebuilds under the same tag are then no longer picked up by themselves.",
  equivalents: ["kubescape:C-0306", "gatekeeper:k8simagedigests", "checkov:CKV_K8S_43"],
  target: "container",
  when: "container.?image.orValue('').matches(':[^/]+$') && !container.image.endsWith(':latest')",
  validate: "container.?image.orValue('').matches('@sha256:[0-9a-f]{64}$')",
  path: "image",
  message: "The image is named by a tag that can be moved",
  noFix: "The digest has to be asked of the registry.",
  examples: {
    pass: [
      {
        name: "no version to pin: another finding",
        container: { image: "registry.example.com/shop/web:latest" },
      },
      { container: { image: `registry.example.com/shop/web:1.4.2@sha256:${"5d".repeat(32)}` } },
    ],
    fail: [{ container: { image: "registry.example.com/shop/web:1.4.2" } }],
  },
});
