/** An environment read from /proc. */
import { defineDetection } from "@plimsoll/core";

export const environmentRead = defineDetection({
  id: "environment-read",
  title: "The environment of another process was read",
  severity: "high",
  why: "Passwords are often passed in the environment; /proc shows it to whoever runs as the same user.",
  techniques: ["T1552.001", "T1083"],
  equivalents: ["falco: Read environment variable from /proc files", "R0008"],
  closedBy: [],
  kinds: ["file"],
  when: "detail.operation == 'open' && detail.path.matches('^/proc/([0-9]+|self)/environ$') && !learned && origin != 'set-up'",
  examples: {
    present: [
      {
        shows: ["R0008"],
        detail: { kind: "file", operation: "open", path: "/proc/1/environ" },
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "file", operation: "open", path: "/proc/1/status" }, settled: true },
      {
        detail: { kind: "file", operation: "open", path: "/proc/self/environ" },
        earlier: [{ kind: "file", operation: "open", path: "/proc/self/environ" }],
        settled: true,
      },
    ],
  },
});
