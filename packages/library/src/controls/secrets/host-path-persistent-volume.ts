import { defineControl, isJsonObject, refOf, type Inventory, type Judgement } from "@plimsoll/core";

const volumeKind = "v1/PersistentVolume";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { resource } of inventory.ofKind(volumeKind)) {
    const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
    const host = spec["hostPath"];
    yield {
      resource: refOf(resource),
      path: "spec.hostPath",
      result: isJsonObject(host) ? "fail" : "pass",
      because: isJsonObject(host)
        ? `The volume is ${String(host["path"])} of whichever node its pod runs on`
        : "it is no part of a node's disk",
    };
  }
}

function volume(source: { readonly [key: string]: { readonly [key: string]: string } }) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "data" },
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...source },
  };
}

export const hostPathPersistentVolume = defineControl({
  id: "host-path-persistent-volume",
  title: "Persistent volumes are no parts of a node's disk",
  severity: "medium",
  why: "Pod Security forbids `hostPath` to pods and does not look behind their claims. Whoever gets the claim bound reads and writes that part of the node's disk, from a pod that passes as restricted.",
  remediation:
    "Replace the volume by a `local` one, which is tied to its node, or by a storage driver's. Copy it while the pod is stopped.",
  equivalents: [],
  grants: "host-read",
  target: "cluster",
  reads: [volumeKind],
  judge,
  noFix: "The source of a volume cannot be changed; the data has to be moved to another.",
  examples: {
    pass: [{ resources: [volume({ csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1" } })] }],
    fail: [{ resources: [volume({ hostPath: { path: "/etc/kubernetes" } })] }],
  },
});
