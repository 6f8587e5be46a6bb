import { defineControl } from "@plimsoll/core";

export const bidirectionalMount = defineControl({
  id: "bidirectional-mount",
  title: "Mounts of containers do not spread to the node",
  severity: "high",
  why: "Under `mountPropagation: Bidirectional` what the container mounts appears on the node and in every pod that sees the path: an intruder mounts files over those of the node's services.",
  remediation:
    "Remove `mountPropagation`, or set `HostToContainer` where only the node's mounts are to be seen. CSI drivers and other storage agents need the full form by function; volumes they mount for others stop appearing.",
  equivalents: [],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation",
  target: "container",
  each: "volumeMounts",
  validate: "item.?mountPropagation.orValue('None') != 'Bidirectional'",
  path: "mountPropagation",
  message: "What the container mounts appears on the node",
  fix: [{ remove: "mountPropagation" }],
  examples: {
    pass: [
      {
        container: {
          volumeMounts: [{ name: "data", mountPath: "/data", mountPropagation: "HostToContainer" }],
        },
        pod: { volumes: [{ name: "data", emptyDir: {} }] },
      },
    ],
    fail: [
      {
        container: {
          securityContext: { privileged: true },
          volumeMounts: [{ name: "data", mountPath: "/data", mountPropagation: "Bidirectional" }],
        },
        pod: { volumes: [{ name: "data", emptyDir: {} }] },
      },
    ],
  },
});
