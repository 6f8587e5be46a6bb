import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletServingRotation = defineControl({
  id: "kubelet-serving-rotation",
  title: "Kubelets renew their serving certificates",
  severity: "low",
  why: "With the gate `RotateKubeletServerCertificate` off, serving certificates end without a successor, and people switch the check off to get their logs back.",
  remediation:
    "Remove `RotateKubeletServerCertificate: false` from the kubelet's `featureGates`; it has been on since Kubernetes 1.12.",
  equivalents: ["kubescape:C-0183", "trivy:KCV-0091"],
  ...kubeletCheck({
    setting: "featureGates.RotateKubeletServerCertificate",
    unset: "true",
    holds: (value) => value === "true",
  }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ featureGates: {} })] }],
    fail: [
      { resources: [kubeletConfiguration({ featureGates: { RotateKubeletServerCertificate: false } })] },
    ],
  },
});
