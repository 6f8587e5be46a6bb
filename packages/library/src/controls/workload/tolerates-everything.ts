import { defineControl } from "@plimsoll/core";

export const toleratesEverything = defineControl({
  id: "tolerates-everything",
  title: "Pods do not tolerate every taint",
  severity: "medium",
  why: "A toleration without a key fits every taint there is. The pod may be placed on control-plane nodes, beside the API server and etcd, and on nodes set apart for other tenants.",
  remediation:
    "Replace the toleration without a key by those that are meant, each with its key. Node agents that must be everywhere use it by function. After the change the pod no longer starts on nodes with other taints, and those with `NoExecute` evict it.",
  equivalents: [],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
  target: "pod",
  each: "spec.tolerations",
  validate: "item.?key.orValue('') != ''",
  path: "",
  message: "The pod tolerates every taint",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      {
        pod: { tolerations: [{ key: "dedicated", operator: "Equal", value: "shop", effect: "NoSchedule" }] },
      },
      { pod: {} },
    ],
    fail: [
      { pod: { tolerations: [{ operator: "Exists" }] } },
      { pod: { tolerations: [{ operator: "Exists", effect: "NoSchedule" }] } },
    ],
  },
});
