/** A system call that can do what none could that was made while the workload was learned. */
import { defineDetection, type ObservationDetail } from "@plimsoll/core";

const call = (name: string): ObservationDetail => ({ kind: "syscall", name });

export const unexpectedSystemCall = defineDetection({
  id: "unexpected-system-call",
  title: "A system call was made that this workload never made, nor any of equal power",
  severity: "low",
  why: "Other code runs than before.",
  techniques: ["T1059"],
  equivalents: ["R0003"],
  closedBy: ["seccomp-unset"],
  kinds: ["syscall"],
  when: "settled && !learned",
  examples: {
    present: [
      { shows: ["R0003"], detail: call("bpf"), settled: true },
      { detail: call("recvmsg"), earlier: [call("read"), call("sendto")], settled: true },
      { detail: call("execveat"), earlier: [call("execve")], settled: true },
      // It holds up the processors of others.
      { detail: call("membarrier"), earlier: [call("futex")], settled: true },
      {
        detail: { ...call("read"), architecture: "i386" } as ObservationDetail,
        earlier: [call("read")],
        settled: true,
      },
    ],
    absent: [
      { detail: call("bpf") },
      { detail: call("read"), earlier: [call("read")], settled: true },
      { detail: call("recvmsg"), earlier: [call("recvfrom")], settled: true },
      { detail: call("preadv2"), earlier: [call("pread64")], settled: true },
      { detail: call("epoll_pwait2"), earlier: [call("poll")], settled: true },
      { detail: call("statx"), earlier: [call("newfstatat")], settled: true },
      { detail: call("clone3"), earlier: [call("vfork")], settled: true },
      // The first signal, the first time that somebody waits: nothing that it could not do before.
      { detail: call("rt_sigreturn"), settled: true },
      { detail: call("clock_nanosleep"), settled: true },
      // Redis asks whom it serves only once a command was slow.
      { detail: call("getpeername"), earlier: [call("accept4")], settled: true },
    ],
  },
});
