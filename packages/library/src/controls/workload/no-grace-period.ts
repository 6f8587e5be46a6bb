import { defineControl } from "@plimsoll/core";

export const noGracePeriod = defineControl({
  id: "no-grace-period",
  title: "Pods are given time to stop",
  severity: "low",
  why: "With a grace period of zero the pod is struck from the API before its processes are known to have ended. Requests are cut off, and for a database the replacement may write while the old one still does.",
  remediation:
    "Remove `terminationGracePeriodSeconds: 0` (30 seconds is the default), or set what the program needs to finish its requests. Rollouts and node drains wait up to that long.",
  equivalents: [],
  reference: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
  target: "pod",
  validate: "pod.spec.?terminationGracePeriodSeconds.orValue(30) != 0",
  path: "spec.terminationGracePeriodSeconds",
  message: "The pod is struck off before its processes have ended",
  fix: [{ remove: "spec.terminationGracePeriodSeconds" }],
  examples: {
    pass: [{ pod: {} }, { pod: { terminationGracePeriodSeconds: 60 } }],
    fail: [{ pod: { terminationGracePeriodSeconds: 0 } }],
  },
});
