import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletStreamingTimeout = defineControl({
  id: "kubelet-streaming-timeout",
  title: "Idle exec sessions are ended",
  severity: "low",
  why: "With a timeout of 0 a forgotten shell or port-forward stays open for ever, for whoever sits down at that machine next, and each holds memory on the node.",
  remediation:
    "Remove `streamingConnectionIdleTimeout: 0s`; the default is four hours. Long silent sessions end after that.",
  equivalents: [
    "kubescape:C-0176",
    "trivy:KCV-0085",
    "prowler:kubelet_streaming_connection_timeout",
    "checkov:CKV_K8S_143",
  ],
  ...kubeletCheck({
    setting: "streamingConnectionIdleTimeout",
    unset: "4h0m0s",
    holds: (value) => !/^0[a-z]*$/.test(value),
  }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ streamingConnectionIdleTimeout: "4h0m0s" })] }],
    fail: [{ resources: [kubeletConfiguration({ streamingConnectionIdleTimeout: "0s" })] }],
  },
});
