/** io_uring used by a container that did not while it was learned. */
import { defineDetection } from "@plimsoll/core";

export const ioUring = defineDetection({
  id: "io-uring",
  title: "System calls are made where sensors do not see them",
  severity: "medium",
  why: "io_uring opens files and connections without the system calls that most sensors watch: what is done by it is not in any profile.",
  techniques: ["T1562.001"],
  equivalents: ["R1030"],
  closedBy: ["seccomp-unset"],
  kinds: ["kernel"],
  when: "detail.operation == 'io-uring' && settled && !learned",
  examples: {
    present: [{ shows: ["R1030"], detail: { kind: "kernel", operation: "io-uring" }, settled: true }],
    absent: [
      {
        detail: { kind: "kernel", operation: "io-uring" },
        earlier: [{ kind: "kernel", operation: "io-uring" }],
        settled: true,
      },
      { detail: { kind: "kernel", operation: "io-uring" } },
    ],
  },
});
