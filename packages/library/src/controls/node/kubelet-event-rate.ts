import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletEventRate = defineControl({
  id: "kubelet-event-rate",
  title: "Kubelets report enough events",
  severity: "low",
  why: "Below a few events a second the kubelet drops what happened on a busy node: the image that was pulled, the mount that failed, the container that was killed.",
  remediation:
    "Leave `eventRecordQPS` at its default of 50. The value 0 means without limit, which a broken pod can use to flood the API server.",
  equivalents: [
    "kubescape:C-0180",
    "trivy:KCV-0087",
    "prowler:kubelet_event_record_qps",
    "checkov:CKV_K8S_147",
  ],
  ...kubeletCheck({ setting: "eventRecordQPS", unset: "50", holds: (value) => Number(value) >= 5 }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ eventRecordQPS: 50 })] }],
    fail: [{ resources: [kubeletConfiguration({ eventRecordQPS: 1 })] }],
  },
});
