import { defineControl } from "@plimsoll/core";

export const podApparmorUnconfined = defineControl({
  id: "pod-apparmor-unconfined",
  title: "Pods do not switch AppArmor off for all their containers",
  severity: "medium",
  why: "Set on the pod, `Unconfined` holds for each container that does not say otherwise, injected sidecars and debug containers among them: none is refused a mount or a write to the kernel's settings.",
  remediation:
    "Remove `appArmorProfile` from the pod's securityContext. Give the one container that cannot live with the runtime's profile one of its own (`Localhost`). What the profile refuses logs `permission denied`.",
  equivalents: ["trivy:KSV-0002", "kyverno:restrict-apparmor-profiles", "gatekeeper:k8spspapparmor"],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  validate:
    "pod.spec.?securityContext.?appArmorProfile.?type.orValue('RuntimeDefault') in ['RuntimeDefault', 'Localhost']",
  path: "spec.securityContext.appArmorProfile",
  message: "The pod switches AppArmor off for its containers",
  fix: [{ remove: "spec.securityContext.appArmorProfile" }],
  examples: {
    pass: [{ pod: {} }, { pod: { securityContext: { appArmorProfile: { type: "RuntimeDefault" } } } }],
    fail: [{ pod: { securityContext: { appArmorProfile: { type: "Unconfined" } } } }],
  },
});
