import { defineControl } from "@plimsoll/core";

export const gitRepoVolume = defineControl({
  id: "git-repo-volume",
  title: "No volume is cloned from a Git repository by the kubelet",
  severity: "high",
  why: "For a `gitRepo` volume the kubelet runs `git clone` on the node, as root. Where CVE-2024-10220 is not fixed, whoever writes the repository runs code there; and nobody maintains the volume type any more.",
  remediation:
    "Replace the `gitRepo` volume by an `emptyDir` that an init container clones into, or build the files into the image. Newer kubelets refuse the volume altogether, so pods with it will not start after an upgrade.",
  equivalents: [
    "trivy:KSV-0028",
    "trivy:KSV-0121",
    "kyverno:restrict-volume-types",
    "gatekeeper:k8spspvolumetypes",
  ],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#gitrepo",
  target: "pod",
  each: "spec.volumes",
  validate: "!has(item.gitRepo)",
  path: "gitRepo",
  message: "The kubelet clones a Git repository for a volume of the pod",
  noFix: "An init container with an image that holds git must take its place, and which image is a choice.",
  examples: {
    pass: [{ pod: { volumes: [{ name: "source", emptyDir: {} }] } }],
    fail: [
      { pod: { volumes: [{ name: "source", gitRepo: { repository: "https://git.example.com/shop.git" } }] } },
    ],
  },
});
