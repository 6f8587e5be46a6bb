import { defineControl } from "@plimsoll/core";
import { flagCheck, isLoopback, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerBindAddress = defineControl({
  id: "controller-manager-bind-address",
  title: "The controller manager listens on its own host only",
  severity: "low",
  why: "Its metrics and debug pages need nobody from outside. On all addresses they are one more place to knock at, from pods and from the network.",
  remediation:
    "Set `--bind-address=127.0.0.1`. A Prometheus that scrapes it over the network must go through a proxy with a login.",
  equivalents: [
    "kubescape:C-0150",
    "trivy:KCV-0039",
    "prowler:controllermanager_bind_address",
    "checkov:CKV_K8S_113",
  ],
  ...flagCheck({ component: "kube-controller-manager", flag: "bind-address", holds: isLoopback }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-controller-manager", "--bind-address=127.0.0.1")] }],
    fail: [{ resources: [staticPod("kube-controller-manager", "--bind-address=0.0.0.0")] }],
  },
});
