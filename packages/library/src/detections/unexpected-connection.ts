/** A connection that was not made while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

const resolver = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "UDP",
  port: 53,
  peer: { address: "10.96.0.10" },
} as const;

export const unexpectedConnection = defineDetection({
  id: "unexpected-connection",
  title: "A connection was made that this workload never made",
  severity: "low",
  why: "Its peers are known; this one is not among them.",
  techniques: ["T1041", "T1071"],
  equivalents: ["R0011"],
  closedBy: ["default-deny-egress"],
  kinds: ["connection"],
  when: "detail.operation == 'connect' && settled && !learned",
  examples: {
    present: [
      {
        shows: ["R0011"],
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 443,
          peer: { address: "203.0.113.9" },
        },
        settled: true,
      },
    ],
    absent: [
      // A long answer is asked for once more over TCP.
      {
        detail: { ...resolver, protocol: "TCP" },
        earlier: [resolver],
        settled: true,
      },
      {
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 443,
          peer: { address: "203.0.113.9" },
        },
      },
      {
        detail: { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 80 },
        settled: true,
      },
    ],
  },
});
