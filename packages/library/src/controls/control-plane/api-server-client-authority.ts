import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerClientAuthority = defineControl({
  id: "api-server-client-authority",
  title: "The API server checks client certificates",
  severity: "medium",
  why: "Without `--client-ca-file` nodes and components cannot prove who they are by certificate and must be let in by something weaker, such as tokens that are passed around.",
  remediation:
    "Set `--client-ca-file` to the authority of the nodes' and components' certificates. It should sign nothing else: whoever holds its key is everybody.",
  equivalents: ["kubescape:C-0139", "trivy:KCV-0028", "prowler:apiserver_client_ca_file_set"],
  ...flagCheck({ component: "kube-apiserver", flag: "client-ca-file", holds: isSet }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--client-ca-file=/etc/kubernetes/pki/ca.crt")] }],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
