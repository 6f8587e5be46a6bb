/** A file that holds password hashes, keys or rights of the machine. */
import { defineDetection } from "@plimsoll/core";

export const sensitiveFile = defineDetection({
  id: "sensitive-file",
  title: "A file with the machine's secrets was read",
  severity: "high",
  why: "Password hashes, sudo rules, keys of the host: a workload has no use for them, a thief has.",
  techniques: ["T1555", "T1005", "T1552.001"],
  equivalents: [
    "falco: Read sensitive file untrusted",
    "falco: Read sensitive file trusted after startup",
    "falco: Directory traversal monitored file read",
    "R0010",
  ],
  closedBy: ["host-path-volume"],
  kinds: ["file"],
  when: "detail.operation in ['open', 'write'] && !learned && detail.path.matches('^(/host|/rootfs|/mnt)?/(etc/(shadow|gshadow|sudoers|sudoers\\\\.d/.*|pam\\\\.d/.*|security/pwquality\\\\.conf|ssh/ssh_host_[a-z0-9]+_key|kubernetes/(pki/.*\\\\.key|admin\\\\.conf|controller-manager\\\\.conf|scheduler\\\\.conf))|var/lib/kubelet/(pki/.*|kubeconfig)|root/\\\\.kube/config)$')",
  examples: {
    present: [
      {
        shows: [
          "falco: Directory traversal monitored file read",
          "falco: Read sensitive file trusted after startup",
          "falco: Read sensitive file untrusted",
          "R0010",
        ],
        detail: { kind: "file", operation: "open", path: "/etc/shadow" },
        settled: true,
      },
      { detail: { kind: "file", operation: "open", path: "/host/etc/kubernetes/admin.conf" }, settled: true },
      { detail: { kind: "file", operation: "open", path: "/etc/sudoers.d/x" }, settled: true },
    ],
    absent: [
      { detail: { kind: "file", operation: "open", path: "/etc/passwd" }, settled: true },
      {
        detail: { kind: "file", operation: "open", path: "/etc/shadow" },
        earlier: [{ kind: "file", operation: "open", path: "/etc/shadow" }],
        settled: true,
      },
    ],
  },
});
