import { defineControl } from "@plimsoll/core";
import { safeSysctls } from "./sysctls.ts";

export const unsafeSysctl = defineControl({
  id: "unsafe-sysctl",
  title: "Pods set only safe sysctls",
  severity: "medium",
  why: "A sysctl off the safe list belongs to no namespace or is not proven to stay inside one: set by one pod it changes the kernel, its limits or its network for every pod of the node.",
  remediation:
    "Remove the sysctl, or set it on the node where all pods need it. The kubelet refuses these unless `allowedUnsafeSysctls` names them, so a pod that runs with one tells that the node was opened for it. Network tuning falls back to the node's values.",
  equivalents: [
    "trivy:KSV-0026",
    "kube-linter:unsafe-sysctls",
    "kyverno:restrict-sysctls",
    "gatekeeper:k8spspforbiddensysctls",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
  target: "pod",
  each: "spec.securityContext.sysctls",
  validate: `item.name in ${safeSysctls["1.37"]}`,
  versions: [
    { until: "1.26", validate: `item.name in ${safeSysctls["1.0"]}` },
    { until: "1.28", validate: `item.name in ${safeSysctls["1.27"]}` },
    { until: "1.31", validate: `item.name in ${safeSysctls["1.29"]}` },
    { until: "1.36", validate: `item.name in ${safeSysctls["1.32"]}` },
  ],
  path: "name",
  message: "The pod sets a sysctl that may reach beyond it",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { pod: {} },
      {
        pod: { securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] } },
      },
    ],
    fail: [
      { pod: { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "65536" }] } } },
      {
        name: "not yet on the list",
        version: "1.28",
        pod: { securityContext: { sysctls: [{ name: "net.ipv4.tcp_keepalive_time", value: "600" }] } },
      },
    ],
  },
});
