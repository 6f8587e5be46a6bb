/** Names of Linux capabilities by number (linux/capability.h), and which questions of the kernel decide nothing. */

export const capabilityNames: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
];

/**
 * Calls in which the kernel asks for a capability only to be generous, and goes on without it: reserves of memory kept
 * for the administrator (`__vm_enough_memory` asks for SYS_ADMIN), limits that root may pass (SYS_RESOURCE).
 */
const generous: Readonly<Record<string, ReadonlySet<string>>> = {
  SYS_ADMIN: new Set([
    "execve",
    "execveat",
    "brk",
    "mmap",
    "mremap",
    "mprotect",
    "fork",
    "vfork",
    "clone",
    "clone3",
  ]),
  SYS_RESOURCE: new Set(["clone", "clone3", "fork", "vfork", "execve", "mmap", "brk", "write", "pwrite64"]),
};

/** Whether refusing the capability in this call changes nothing that the program sees. */
export function isGenerosity(capability: string, call: string | undefined): boolean {
  return call !== undefined && (generous[capability]?.has(call) ?? false);
}
