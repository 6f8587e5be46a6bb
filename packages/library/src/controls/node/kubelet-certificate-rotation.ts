import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletCertificateRotation = defineControl({
  id: "kubelet-certificate-rotation",
  title: "Kubelets renew their client certificates",
  severity: "low",
  why: "A certificate that is not renewed must live long. One that is copied from a node then stays a login for years, and the day it ends, the node is lost.",
  remediation: "Set `rotateCertificates: true`; the control plane approves the requests by itself.",
  equivalents: [
    "kubescape:C-0182",
    "trivy:KCV-0090",
    "prowler:kubelet_rotate_certificates",
    "checkov:CKV_K8S_149",
  ],
  ...kubeletCheck({ setting: "rotateCertificates", unset: "false", holds: (value) => value === "true" }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ rotateCertificates: true })] }],
    fail: [{ resources: [kubeletConfiguration({ rotateCertificates: false })] }],
  },
});
