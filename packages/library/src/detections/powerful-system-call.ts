/** A system call that opens something no ordinary work needs, of a workload that did without while it was learned. */
import { defineDetection, type ObservationDetail } from "@plimsoll/core";

const call = (name: string): ObservationDetail => ({ kind: "syscall", name });

/** Other processes, the kernel itself, namespaces and mounts, handles by number, memory with no file. */
const powers = [
  ["ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp"],
  ["bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module"],
  ["kexec_load", "kexec_file_load", "reboot", "iopl", "ioperm", "modify_ldt", "swapon", "acct", "syslog"],
  ["mount", "umount2", "move_mount", "mount_setattr", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick"],
  ["pivot_root", "chroot", "unshare", "setns", "keyctl", "add_key", "request_key"],
  ["io_uring_setup", "io_uring_enter", "io_uring_register", "memfd_create", "memfd_secret"],
  ["open_by_handle_at", "fanotify_init", "settimeofday", "clock_settime"],
].flat();

export const powerfulSystemCall = defineDetection({
  id: "powerful-system-call",
  title: "A system call with power over more than the workload was made, which it never made",
  severity: "high",
  why: "Most ways out of a container begin with one of these few: hardly a server needs any of them, none begins to after a day.",
  techniques: ["T1068", "T1611"],
  equivalents: [],
  closedBy: ["seccomp-unset", "privileged-container"],
  kinds: ["syscall"],
  when: `detail.name in ${JSON.stringify(powers).replaceAll('"', "'")} && settled && !learned`,
  examples: {
    present: [
      { detail: call("keyctl"), settled: true },
      { detail: call("process_vm_readv"), earlier: [call("ptrace")], settled: true },
      { detail: call("io_uring_setup"), earlier: [call("io_setup")], settled: true },
    ],
    absent: [
      { detail: call("keyctl") },
      { detail: call("unshare"), earlier: [call("unshare")], settled: true },
      { detail: call("recvmsg"), settled: true },
      { detail: call("membarrier"), settled: true },
    ],
  },
});
