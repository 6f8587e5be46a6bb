/** A capability that was not used while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const unexpectedCapability = defineDetection({
  id: "unexpected-capability",
  title: "A capability was used that this workload never used",
  severity: "medium",
  why: "Few programs change what they need of root: an intruder does.",
  techniques: ["T1548"],
  equivalents: ["R0004"],
  closedBy: ["capabilities-kept"],
  kinds: ["capability"],
  when: "detail.granted && !detail.opportunistic && settled && !learned && origin != 'set-up'",
  examples: {
    present: [
      {
        shows: ["R0004"],
        detail: {
          kind: "capability",
          name: "SYS_PTRACE",
          syscall: "ptrace",
          granted: true,
          opportunistic: false,
        },
        settled: true,
      },
    ],
    absent: [
      {
        detail: {
          kind: "capability",
          name: "SYS_PTRACE",
          syscall: "ptrace",
          granted: true,
          opportunistic: false,
        },
      },
      {
        detail: {
          kind: "capability",
          name: "SYS_ADMIN",
          syscall: "mmap",
          granted: true,
          opportunistic: true,
        },
        settled: true,
      },
      {
        detail: { kind: "capability", name: "CHOWN", syscall: "chown", granted: false, opportunistic: false },
        settled: true,
      },
    ],
  },
});
