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
  when: "detail.operation != 'open' && settled && !learned && origin != 'set-up' && !detail.path.matches('^/(proc|dev|sys)/') && !(made && (detail.operation == 'unlink' || (detail.operation == 'rename' && has(detail.target) && detail.target.startsWith(detail.path))))",
  examples: {
    present: [
      { shows: ["R0002"], detail: { kind: "file", operation: "write", path: "/srv/x" }, settled: true },
      { detail: { kind: "file", operation: "unlink", path: "/srv/x" }, settled: true },
      {
        detail: { kind: "file", operation: "rename", path: "/srv/x", target: "/usr/bin/x" },
        earlier: [{ kind: "file", operation: "create", path: "/srv/x" }],
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "file", operation: "write", path: "/srv/x" } },
      { detail: { kind: "file", operation: "open", path: "/srv/x" }, settled: true },
      // What it made itself it may take away, as servers do with their pid when they end, and put aside, as logs are.
      {
        detail: { kind: "file", operation: "unlink", path: "/run/x.pid" },
        earlier: [{ kind: "file", operation: "create", path: "/run/x.pid" }],
        settled: true,
      },
      {
        detail: { kind: "file", operation: "rename", path: "/var/log/x.log", target: "/var/log/x.log.1" },
        earlier: [{ kind: "file", operation: "create", path: "/var/log/x.log" }],
        settled: true,
      },
      {
        detail: { kind: "file", operation: "write", path: "/srv/x" },
        earlier: [{ kind: "file", operation: "write", path: "/srv/x" }],
        settled: true,
      },
    ],
  },
});
