import { defineControl } from "@plimsoll/core";

export const imageRegistryImplied = defineControl({
  id: "image-registry-implied",
  title: "Images name the registry they come from",
  severity: "low",
  why: "A name without a registry is completed by each node's runtime, mostly to Docker Hub, where anyone may publish a name that looks like yours. A node set up otherwise fetches something else under the same name.",
  remediation:
    "Write the registry out in the image's name: `docker.io/library/nginx` for the hub, or your own mirror. The patch writes `docker.io`, which is what containerd and Docker fill in; CRI-O and Podman may be set up to fill in another.",
  equivalents: ["kubescape:C-0001", "kubescape:C-0078", "trivy:KSV-0034", "trivy:KSV-0125"],
  target: "container",
  validate: "container.?image.orValue('').matches('^(localhost|[^/]*[.:][^/]*)/')",
  path: "image",
  message: "The image's registry is left to the node",
  fix: [
    {
      set: "image",
      from: "container.image == '' ? optional.none() : optional.of('docker.io/' + (container.image.contains('/') ? '' : 'library/') + container.image)",
    },
  ],
  noFix: "Where the image has no name at all, none can be completed.",
  examples: {
    pass: [
      { container: { image: "docker.io/library/nginx:1.29" } },
      { container: { image: "localhost/web:1" } },
    ],
    fail: [{ container: { image: "nginx:1.29" } }, { container: { image: "shop/web:1.29" } }],
  },
});
