/** A program that was run from memory. */
import { defineDetection } from "@plimsoll/core";

export const filelessExecution = defineDetection({
  id: "fileless-execution",
  title: "A program ran that exists in memory only",
  severity: "critical",
  why: "It never was a file: nobody can look at it later, and nothing that scans files finds it.",
  techniques: ["T1620", "T1055"],
  equivalents: ["falco: Fileless execution via memfd_create", "R1005"],
  closedBy: [],
  kinds: ["exec", "kernel"],
  when: "detail.kind == 'exec' ? detail.path.matches('^/(memfd:|proc/(self|[0-9]+)/fd/)') : detail.operation == 'memory-exec'",
  examples: {
    present: [
      {
        shows: ["falco: Fileless execution via memfd_create", "R1005"],
        detail: { kind: "exec", path: "/memfd:x", args: ["memfd:x"] },
      },
      { detail: { kind: "kernel", operation: "memory-exec", target: "/memfd:x" } },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/memfd", args: ["memfd"] } },
      { detail: { kind: "kernel", operation: "mount" } },
    ],
  },
});
