/** A program that was not run while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const unexpectedProcess = defineDetection({
  id: "unexpected-process",
  title: "A program ran that this workload never ran",
  severity: "low",
  why: "While it was learned it did without; what is new is an update, an operator, or an intruder.",
  techniques: ["T1059"],
  equivalents: ["R0001", "R0040"],
  closedBy: [],
  kinds: ["exec"],
  when: "settled && !learned && origin != 'set-up' && origin != 'exec'",
  examples: {
    present: [
      { shows: ["R0001"], detail: { kind: "exec", path: "/usr/bin/id", args: ["id"] }, settled: true },
      {
        shows: ["R0040"],
        detail: { kind: "exec", path: "/usr/bin/curl", args: ["curl", "https://example.com/x"] },
        earlier: [{ kind: "exec", path: "/usr/bin/curl", args: ["curl", "http://127.0.0.1/health"] }],
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/id", args: ["id"] } },
      {
        detail: { kind: "exec", path: "/usr/bin/id", args: ["id"] },
        earlier: [{ kind: "exec", path: "/usr/bin/id", args: ["id"] }],
        settled: true,
      },
      { detail: { kind: "exec", path: "/usr/bin/id", args: ["id"] }, origin: "exec", settled: true },
    ],
  },
});
