import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const controllerManagerPodGc = defineControl({
  id: "controller-manager-pod-gc",
  title: "Finished pods are cleared away",
  severity: "low",
  why: "Finished pods stay in etcd up to the threshold. Where it is off, or far too high, a loop of failing jobs fills the store until the API server refuses everybody.",
  remediation:
    "Remove `--terminated-pod-gc-threshold`, or set at most its default of 12500. Older finished pods go away, with their logs.",
  equivalents: [
    "kubescape:C-0144",
    "trivy:KCV-0033",
    "prowler:controllermanager_garbage_collection",
    "checkov:CKV_K8S_106",
  ],
  grants: "denial-of-service",
  ...flagCheck({
    component: "kube-controller-manager",
    flag: "terminated-pod-gc-threshold",
    holds: (value) => value === undefined || (Number(value) > 0 && Number(value) <= 12500),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-controller-manager", "--terminated-pod-gc-threshold=1000")] }],
    fail: [{ resources: [staticPod("kube-controller-manager", "--terminated-pod-gc-threshold=0")] }],
  },
});
