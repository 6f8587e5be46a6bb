import { defineControl } from "@plimsoll/core";
import { kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletReadOnlyPort = defineControl({
  id: "kubelet-read-only-port",
  title: "Kubelets have no port without a login",
  severity: "high",
  why: "The read-only port, 10255 by habit, shows everybody on the network each pod of the node with its environment, and so passwords that stand there.",
  remediation:
    "Set `readOnlyPort: 0` and restart the kubelet. Old monitoring that reads from it must move to port 10250 with a token.",
  equivalents: [
    "kubescape:C-0175",
    "trivy:KCV-0082",
    "prowler:kubelet_disable_read_only_port",
    "checkov:CKV_K8S_141",
  ],
  grants: "information",
  ...kubeletCheck({ setting: "readOnlyPort", unset: "0", holds: (value) => value === "0" }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ readOnlyPort: 0 })] }],
    fail: [{ resources: [kubeletConfiguration({ readOnlyPort: 10255 })] }],
  },
});
