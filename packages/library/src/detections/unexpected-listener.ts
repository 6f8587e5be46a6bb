/** A port that was not listened on while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const unexpectedListener = defineDetection({
  id: "unexpected-listener",
  title: "A port is listened on that this workload never opened",
  severity: "medium",
  why: "A second door: for debugging, or for somebody.",
  techniques: ["T1205", "T1571"],
  equivalents: [],
  closedBy: ["default-deny-ingress"],
  kinds: ["connection"],
  when: "detail.operation == 'listen' && settled && !learned",
  examples: {
    present: [
      {
        detail: { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 4444 },
        settled: true,
      },
    ],
    absent: [
      {
        detail: { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 80 },
        earlier: [{ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 80 }],
        settled: true,
      },
      { detail: { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 4444 } },
    ],
  },
});
