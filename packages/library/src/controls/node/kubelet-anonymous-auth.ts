import { defineControl } from "@plimsoll/core";
import { kubeadmKubelet, kubeletCheck, kubeletConfiguration, noFixForKubelet } from "./kubelet.ts";

export const kubeletAnonymousAuth = defineControl({
  id: "kubelet-anonymous-auth",
  title: "Kubelets refuse callers without a name",
  severity: "critical",
  why: "Port 10250 runs commands in the node's pods. Where anonymous callers are let in, and authorisation does not stop them, everybody on the pod network may, and has every pod's token.",
  remediation:
    "Set `authentication.anonymous.enabled: false` in the kubelet's configuration and restart it, node by node. Scrapers that came without a name need a token.",
  equivalents: [
    "kubescape:C-0069",
    "kubescape:C-0172",
    "trivy:KCV-0079",
    "prowler:kubelet_disable_anonymous_auth",
    "checkov:CKV_K8S_138",
  ],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",
  ...kubeletCheck({
    setting: "authentication.anonymous.enabled",
    unset: "false",
    holds: (value) => value === "false",
  }),
  noFix: noFixForKubelet,
  examples: {
    pass: [{ resources: [kubeletConfiguration({ authentication: { anonymous: { enabled: false } } })] }],
    fail: [
      { resources: [kubeletConfiguration({ authentication: { anonymous: { enabled: true } } })] },
      {
        name: "as kubeadm gives it",
        resources: [kubeadmKubelet("authentication:\n  anonymous:\n    enabled: true\n")],
      },
    ],
  },
});
