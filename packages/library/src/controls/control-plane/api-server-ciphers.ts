import { defineControl } from "@plimsoll/core";
import { flagCheck, isWeakCipher, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerCiphers = defineControl({
  id: "api-server-ciphers",
  title: "The API server offers no weak ciphers",
  severity: "low",
  why: "Ciphers with RC4, 3DES, or without forward secrecy let somebody who records the traffic read it later, once he has the key or enough of it.",
  remediation:
    "Take the named suites out of `--tls-cipher-suites`, or remove the flag: the built-in list holds none of them. Clients of before 2015 may fail to connect.",
  equivalents: [
    "kubescape:C-0277",
    "kubescape:C-0143",
    "prowler:apiserver_strong_ciphers_only",
    "checkov:CKV_K8S_105",
  ],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "tls-cipher-suites",
    holds: (_, flags) => !flags.list("tls-cipher-suites").some(isWeakCipher),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [staticPod("kube-apiserver", "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")],
      },
    ],
    fail: [
      {
        resources: [
          staticPod(
            "kube-apiserver",
            "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_RSA_WITH_AES_128_CBC_SHA",
          ),
        ],
      },
    ],
  },
});
