import { defineControl } from "@plimsoll/core";

export const restrictedVolume = defineControl({
  id: "restricted-volume",
  title: "Pods use only volume types that go through Kubernetes' storage",
  severity: "low",
  why: "A volume that names its storage in the pod (NFS, iSCSI, a FlexVolume driver and the like) passes by StorageClasses, claims and quotas: whoever writes the pod picks the server the node mounts from, and its file system driver runs in the node's kernel.",
  remediation:
    "Put the storage behind a PersistentVolume and mount a claim of it. The data stays where it is when the new PersistentVolume points at the same share; check mount options and `readOnly` before pods move over.",
  equivalents: [
    "trivy:KSV-0028",
    "trivy:KSV-0121",
    "kyverno:restrict-volume-types",
    "gatekeeper:k8spspvolumetypes",
    "gatekeeper:k8spspflexvolumes",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "pod",
  each: "spec.volumes",
  validate:
    "dyn(item).all(key, key in ['name', 'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret', 'hostPath', 'gitRepo'])",
  path: "",
  message: "The pod names the storage of a volume itself",
  noFix: "A PersistentVolume and a claim must be made first, of a size and class that only its owner knows.",
  examples: {
    pass: [
      {
        pod: {
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "data" } },
            { name: "config", configMap: { name: "app" } },
          ],
        },
      },
      { name: "a volume without a source is an emptyDir", pod: { volumes: [{ name: "scratch" }] } },
    ],
    fail: [
      { pod: { volumes: [{ name: "data", nfs: { server: "nfs.example.com", path: "/exports/shop" } }] } },
      {
        pod: {
          volumes: [
            {
              name: "data",
              iscsi: { targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:shop", lun: 0 },
            },
          ],
        },
      },
    ],
  },
});
