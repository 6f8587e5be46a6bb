import { defineControl } from "@plimsoll/core";

/** An annotation that switches it off is a finding of its own, of the field that the server copies it into too. */
const annotated =
  "!(pod.?metadata.?annotations[?('container.apparmor.security.beta.kubernetes.io/' + container.name)].orValue('').matches('^(|runtime/default|localhost/.*)$'))";

export const apparmorUnconfined = defineControl({
  id: "apparmor-unconfined",
  title: "Containers do not switch AppArmor off",
  severity: "medium",
  why: "The runtime's AppArmor profile refuses mounts and writes to the kernel's settings under `/proc` and `/sys`. Unconfined, an attacker with root in the container has those calls back, and needs one more slip to reach the node.",
  remediation:
    "Remove `appArmorProfile` from the container: the runtime's profile then holds wherever the node has AppArmor. Programs that mount file systems or write under `/sys` log `permission denied`; give them a profile of their own (`Localhost`) rather than none.",
  equivalents: ["trivy:KSV-0002", "kyverno:restrict-apparmor-profiles", "gatekeeper:k8spspapparmor"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  validate: `${annotated} || container.?securityContext.?appArmorProfile.?type.orValue('RuntimeDefault') in ['RuntimeDefault', 'Localhost']`,
  path: "securityContext.appArmorProfile",
  message: "The container switches AppArmor off",
  fix: [{ remove: "securityContext.appArmorProfile" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { appArmorProfile: { type: "RuntimeDefault" } } } },
    ],
    fail: [{ container: { securityContext: { appArmorProfile: { type: "Unconfined" } } } }],
  },
});
