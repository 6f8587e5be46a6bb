/** A system call that was not made while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const unexpectedSystemCall = defineDetection({
  id: "unexpected-system-call",
  title: "A system call was made that this workload never made",
  severity: "low",
  why: "Other code runs than before.",
  techniques: ["T1059"],
  equivalents: ["R0003"],
  closedBy: ["seccomp-unset"],
  kinds: ["syscall"],
  when: "settled && !learned",
  examples: {
    present: [{ detail: { kind: "syscall", name: "bpf" }, settled: true }],
    absent: [
      { detail: { kind: "syscall", name: "bpf" } },
      {
        detail: { kind: "syscall", name: "read" },
        earlier: [{ kind: "syscall", name: "read" }],
        settled: true,
      },
    ],
  },
});
