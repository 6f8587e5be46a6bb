import { defineControl } from "@plimsoll/core";

export const imageRegistryImplied = defineControl({
  id: "image-registry-implied",
  title: "Images name the registry they come from",
  severity: "low",
  why: "A name without a registry is completed by each node's runtime, mostly to Docker Hub, where anyone may publish a name that looks like yours. A node set up otherwise fetches something else under the same name.",
  remediation:
    "Write the registry out: `docker.io/library/nginx` for the hub, or your own mirror. Nothing else changes, unless a node was set up to complete names differently.",
  equivalents: ["kubescape:C-0001", "kubescape:C-0078", "trivy:KSV-0034", "trivy:KSV-0125"],
  target: "container",
  validate: "container.?image.orValue('').matches('^(localhost|[^/]*[.:][^/]*)/')",
  path: "image",
  message: "The image's registry is left to the node",
  noFix: "Which registry is meant is known to whoever deployed it; on some nodes it is not Docker Hub.",
  examples: {
    pass: [
      { container: { image: "docker.io/library/nginx:1.29" } },
      { container: { image: "localhost/web:1" } },
    ],
    fail: [{ container: { image: "nginx:1.29" } }, { container: { image: "shop/web:1.29" } }],
  },
});
