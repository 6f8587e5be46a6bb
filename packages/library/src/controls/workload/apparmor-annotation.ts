import { defineControl } from "@plimsoll/core";

const harmless =
  "!key.startsWith('container.apparmor.security.beta.kubernetes.io/') || pod.metadata.annotations[key] in ['', 'runtime/default'] || pod.metadata.annotations[key].startsWith('localhost/')";

export const apparmorAnnotation = defineControl({
  id: "apparmor-annotation",
  title: "Annotations do not switch AppArmor off",
  severity: "medium",
  why: "The annotation of old still counts: the API server copies it into the container's securityContext. The named container then runs without the profile that refuses it mounts and writes to the kernel's settings.",
  remediation:
    "Remove the annotation `container.apparmor.security.beta.kubernetes.io/NAME`. A pod made anew no longer gets `appArmorProfile` from it; since Kubernetes 1.30 that field is the place for a profile. What the profile refuses logs `permission denied`.",
  equivalents: ["trivy:KSV-0002", "kyverno:restrict-apparmor-profiles", "gatekeeper:k8spspapparmor"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate: `pod.?metadata.?annotations.orValue({}).all(key, ${harmless})`,
  path: "metadata.annotations",
  message: "An annotation switches AppArmor off for a container",
  fix: [
    {
      remove: "metadata.annotations",
      keys: `pod.metadata.annotations.map(key, key).filter(key, !(${harmless}))`,
    },
  ],
  examples: {
    pass: [
      {
        metadata: {
          annotations: { "container.apparmor.security.beta.kubernetes.io/app": "runtime/default" },
        },
        container: {},
      },
      { metadata: { annotations: { "example.com/note": "unconfined" } }, container: {} },
    ],
    fail: [
      {
        metadata: { annotations: { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" } },
        container: {},
      },
    ],
  },
});
