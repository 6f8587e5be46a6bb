import { defineControl } from "@plimsoll/core";

export const shareProcessNamespace = defineControl({
  id: "share-process-namespace",
  title: "Containers of a pod do not share their processes",
  severity: "medium",
  why: "Sharing shows every container the others' processes, and to the same user (or root) their environment and files under `/proc/PID/root`. A breached sidecar reads the keys of the program it was meant to serve.",
  remediation:
    "Remove `shareProcessNamespace: true`. Sidecars that send signals (reload a proxy, rotate a log) need another way: an HTTP call or a watched file. For a look inside, `kubectl debug --target` shares the namespace of one container, once.",
  equivalents: [],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/",
  target: "pod",
  validate: "!pod.spec.?shareProcessNamespace.orValue(false)",
  path: "spec.shareProcessNamespace",
  message: "The pod's containers see each other's processes",
  fix: [{ remove: "spec.shareProcessNamespace" }],
  examples: {
    pass: [{ pod: {} }, { pod: { shareProcessNamespace: false } }],
    fail: [{ pod: { shareProcessNamespace: true } }],
  },
});
