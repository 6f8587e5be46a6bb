import { defineControl } from "@plimsoll/core";
import { flagCheck, isSet, noFixForFlag, staticPod } from "./flags.ts";

export const encryptionAtRest = defineControl({
  id: "encryption-at-rest",
  title: "Secrets are encrypted in etcd",
  severity: "medium",
  why: "Without encryption, secrets lie readable in etcd, in its backups and on its disks. Whoever gets one of those has them all, without a request to the API.",
  remediation:
    "Name an EncryptionConfiguration in `--encryption-provider-config` on every API server. Put a KMS provider (or `secretbox`) before `identity` in it, then write all secrets once more: `kubectl get secrets -A -o json | kubectl replace -f -`. Lose the key and the secrets are lost.",
  equivalents: [
    "kubescape:C-0066",
    "kubescape:C-0141",
    "kubescape:C-0244",
    "trivy:KCV-0030",
    "prowler:apiserver_encryption_provider_config_set",
    "checkov:CKV_K8S_104",
  ],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/",
  ...flagCheck({ component: "kube-apiserver", flag: "encryption-provider-config", holds: isSet }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod("kube-apiserver", "--encryption-provider-config=/etc/kubernetes/encryption.yaml"),
        ],
      },
    ],
    fail: [{ resources: [staticPod("kube-apiserver")] }],
  },
});
