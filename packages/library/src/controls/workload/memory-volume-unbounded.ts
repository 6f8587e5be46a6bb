import { defineControl } from "@plimsoll/core";

export const memoryVolumeUnbounded = defineControl({
  id: "memory-volume-unbounded",
  title: "Volumes in memory have a size",
  severity: "low",
  why: "An `emptyDir` of medium `Memory` without `sizeLimit` grows to the pod's memory limit or, without one, to all memory the node has for pods. One upload too many, and the kernel kills processes to make room.",
  remediation:
    "Set `emptyDir.sizeLimit` above what the program keeps there. The patch writes a first guess of 256Mi; `df` in the container shows what is used. Writes beyond it fail with `no space left on device`. It counts towards the containers' memory limits.",
  equivalents: [],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
  target: "pod",
  each: "spec.volumes",
  validate: "item.?emptyDir.?medium.orValue('') != 'Memory' || item.?emptyDir.?sizeLimit.hasValue()",
  path: "emptyDir.sizeLimit",
  message: "The volume may fill the node's memory",
  fix: [{ set: "emptyDir.sizeLimit", to: "256Mi" }],
  examples: {
    pass: [
      { pod: { volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } }] } },
      { pod: { volumes: [{ name: "tmp", emptyDir: {} }] } },
    ],
    fail: [{ pod: { volumes: [{ name: "shm", emptyDir: { medium: "Memory" } }] } }],
  },
});
