import { defineControl } from "@plimsoll/core";

export const writableRootFilesystem = defineControl({
  id: "writable-root-filesystem",
  title: "Containers cannot write to their own image",
  severity: "medium",
  why: "An intruder who can write to the root file system drops tools there, replaces the program or its libraries, and adds cron jobs and keys. On a read-only one most attack kits fail at their first download.",
  remediation:
    "Set `readOnlyRootFilesystem: true`, and mount an `emptyDir` wherever the program writes. That is `/tmp` first, then caches, pid files and rendered configuration. What was missed shows as `read-only file system` in the log, often only at the first upload, rotation or restart.",
  equivalents: [
    "kubescape:C-0017",
    "trivy:KSV-0014",
    "kube-linter:no-read-only-root-fs",
    "polaris:notReadOnlyRootFilesystem",
    "checkov:CKV_K8S_22",
    "kube-score:container-security-context-readonlyrootfilesystem",
    "gatekeeper:k8spspreadonlyrootfilesystem",
    "prowler:core_readonly_root_filesystem_enabled",
  ],
  reference: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  target: "container",
  when: "pod.spec.?os.?name.orValue('') != 'windows'",
  validate: "container.?securityContext.?readOnlyRootFilesystem.orValue(false)",
  path: "securityContext.readOnlyRootFilesystem",
  message: "The container may write to its root file system",
  fix: [{ set: "securityContext.readOnlyRootFilesystem", to: true }],
  examples: {
    pass: [
      { container: { securityContext: { readOnlyRootFilesystem: true } } },
      { name: "Windows has no such thing", pod: { os: { name: "windows" } } },
    ],
    fail: [{ container: {} }, { container: { securityContext: { readOnlyRootFilesystem: false } } }],
  },
});
