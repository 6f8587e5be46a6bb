import { defineControl } from "@plimsoll/core";
import { isWeakCipher } from "../control-plane/flags.ts";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletCiphers = defineControl({
  id: "kubelet-ciphers",
  title: "Kubelets offer no weak ciphers",
  severity: "low",
  why: "Ciphers with RC4, 3DES, or without forward secrecy let somebody who records exec sessions read them later.",
  remediation:
    "Take the named suites out of `tlsCipherSuites`, or remove the field: the built-in list holds none of them.",
  equivalents: [
    "kubescape:C-0184",
    "trivy:KCV-0092",
    "prowler:kubelet_strong_ciphers_only",
    "checkov:CKV_K8S_151",
  ],
  ...kubeletCheck({
    setting: "tlsCipherSuites",
    unset: "",
    holds: (value) => !value.split(",").some(isWeakCipher),
  }),
  noFix: noFixForKubelet,
  examples: {
    pass: [
      { resources: [kubeletConfiguration({ tlsCipherSuites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] })] },
    ],
    fail: [{ resources: [kubeletConfiguration({ tlsCipherSuites: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] })] }],
  },
});
