import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, secondsOf, staticPod } from "./flags.ts";

export const apiServerRequestTimeout = defineControl({
  id: "api-server-request-timeout",
  title: "The API server ends slow requests",
  severity: "low",
  why: "Each open request holds memory and a place in the queue. With no limit, or a long one, a few clients that send slowly keep everybody else out.",
  remediation:
    "Leave `--request-timeout` at its default of one minute, or set at most five. Watches and exec are not bound by it.",
  equivalents: ["kubescape:C-0134", "prowler:apiserver_request_timeout_set", "checkov:CKV_K8S_95"],
  grants: "denial-of-service",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "request-timeout",
    holds: (value) => value === undefined || (secondsOf(value) > 0 && secondsOf(value) <= 300),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--request-timeout=2m")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--request-timeout=1h")] }],
  },
});
