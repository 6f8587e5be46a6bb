import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerTlsVersion = defineControl({
  id: "api-server-tls-version",
  title: "The API server speaks TLS 1.2 or newer",
  severity: "low",
  why: "TLS 1.0 and 1.1 have known attacks on what they carry, and are offered only when somebody asks for them here.",
  remediation: "Remove `--tls-min-version`, or set `VersionTLS12` or `VersionTLS13`.",
  equivalents: [],
  ...flagCheck({
    component: "kube-apiserver",
    flag: "tls-min-version",
    holds: (value) => value === undefined || /^VersionTLS1[23]$/.test(value),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--tls-min-version=VersionTLS13")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--tls-min-version=VersionTLS10")] }],
  },
});
