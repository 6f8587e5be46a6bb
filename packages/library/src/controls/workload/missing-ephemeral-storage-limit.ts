import { defineControl } from "@plimsoll/core";
import { firstGuess } from "./first-guess.ts";

export const missingEphemeralStorageLimit = defineControl({
  id: "missing-ephemeral-storage-limit",
  title: "Containers have a limit for local disk",
  severity: "low",
  why: "What a container writes to its own file system, its logs and `emptyDir` volumes is the node's disk. Filled by an upload or a log flood, it makes the kubelet evict other pods.",
  remediation:
    "Set `resources.limits.ephemeral-storage` above the largest scratch files, caches and logs. The patch writes a first guess, 4Gi or more and at least twice the request; the kubelet tells the use of each container at `/stats/summary` (`rootfs` and `logs`). A pod over its limit is evicted, and its scratch files go with it.",
  equivalents: [
    "kube-score:container-ephemeral-storage-request-and-limit",
    "gatekeeper:k8scontainerephemeralstoragelimit",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/storage/ephemeral-storage/",
  target: "container",
  when: "!pod.spec.?ephemeralContainers.orValue([]).exists(debug, debug.name == container.name)",
  validate: "'ephemeral-storage' in container.?resources.?limits.orValue({})",
  path: 'resources.limits["ephemeral-storage"]',
  message: "The container may fill the disk of its node",
  fix: firstGuess({
    resource: "ephemeral-storage",
    sizes: ["4Gi", "8Gi", "16Gi", "32Gi", "64Gi", "128Gi", "256Gi", "512Gi", "1Ti"],
    request: "128Mi",
  }),
  examples: {
    pass: [{ container: { resources: { limits: { "ephemeral-storage": "1Gi" } } } }],
    fail: [{ container: {} }, { container: { resources: { limits: { memory: "256Mi" } } } }],
  },
});
