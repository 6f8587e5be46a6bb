import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerKubeletRotation = defineControl({
  id: "controller-manager-kubelet-rotation",
  title: "Serving certificates of kubelets are renewed",
  severity: "low",
  why: "With the feature gate `RotateKubeletServerCertificate` off, certificates are renewed by hand or not at all; after their end, people turn the check off instead.",
  remediation:
    "Remove `RotateKubeletServerCertificate=false` from `--feature-gates`; it has been on by default since Kubernetes 1.12.",
  equivalents: [
    "kubescape:C-0149",
    "trivy:KCV-0038",
    "prowler:controllermanager_rotate_kubelet_server_cert",
    "checkov:CKV_K8S_112",
  ],
  ...flagCheck({
    component: "kube-controller-manager",
    flag: "feature-gates",
    holds: (_, flags) => !flags.list("feature-gates").includes("RotateKubeletServerCertificate=false"),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-controller-manager")] }],
    fail: [
      {
        resources: [
          staticPod("kube-controller-manager", "--feature-gates=RotateKubeletServerCertificate=false"),
        ],
      },
    ],
  },
});
