/** ptrace by a container that did not use it while it was learned. */
import { defineDetection } from "@plimsoll/core";

export const ptrace = defineDetection({
  id: "ptrace",
  title: "A process took hold of another",
  severity: "high",
  why: "By ptrace one reads the memory of another process, credentials and keys among it, and makes it run other code.",
  techniques: ["T1055.008", "T1622"],
  equivalents: ["falco: PTRACE attached to process", "falco: PTRACE anti-debug attempt", "R1015"],
  closedBy: ["capability-sys-admin"],
  kinds: ["kernel"],
  when: "detail.operation == 'ptrace' && origin != 'set-up' && !learned",
  examples: {
    present: [
      {
        shows: ["falco: PTRACE attached to process", "falco: PTRACE anti-debug attempt", "R1015"],
        detail: { kind: "kernel", operation: "ptrace" },
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "kernel", operation: "ptrace" }, origin: "set-up", settled: true },
      {
        detail: { kind: "kernel", operation: "ptrace" },
        earlier: [{ kind: "kernel", operation: "ptrace" }],
        settled: true,
      },
    ],
  },
});
