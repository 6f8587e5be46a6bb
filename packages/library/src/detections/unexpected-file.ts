/** A change of a file that was not made while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const unexpectedFile = defineDetection({
  id: "unexpected-file",
  title: "A file was changed that this workload never changed",
  severity: "low",
  why: "Where it wrote is known; here it never did.",
  techniques: ["T1005", "T1565.001"],
  equivalents: ["R0002"],
  closedBy: ["writable-root-filesystem"],
  kinds: ["file"],
  when: "detail.operation != 'open' && settled && !learned && origin != 'set-up' && !detail.path.matches('^/(proc|dev|sys)/')",
  examples: {
    present: [{ detail: { kind: "file", operation: "write", path: "/srv/x" }, settled: true }],
    absent: [
      { detail: { kind: "file", operation: "write", path: "/srv/x" } },
      { detail: { kind: "file", operation: "open", path: "/srv/x" }, settled: true },
      {
        detail: { kind: "file", operation: "write", path: "/srv/x" },
        earlier: [{ kind: "file", operation: "write", path: "/srv/x" }],
        settled: true,
      },
    ],
  },
});
