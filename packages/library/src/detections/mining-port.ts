/** A new connection to a port that mining pools use. */
import { defineDetection } from "@plimsoll/core";

export const miningPort = defineDetection({
  id: "mining-port",
  title: "A connection to a port that mining pools use",
  severity: "low",
  why: "Few others listen there; together with other signs it tells a miner.",
  techniques: ["T1496", "T1571"],
  equivalents: ["falco: Detect outbound connections to common miner pool ports", "R1009"],
  closedBy: ["default-deny-egress"],
  kinds: ["connection"],
  when: "detail.operation == 'connect' && detail.protocol == 'TCP' && detail.port in [3333, 4444, 5555, 7777, 8332, 8333, 9332, 9999, 14433, 14444, 45560, 45700] && !has(detail.refused) && (!has(detail.peer) || !has(detail.peer.workload)) && settled && !learned",
  examples: {
    present: [
      {
        shows: ["R1009"],
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 3333,
          peer: { address: "203.0.113.9" },
        },
        settled: true,
      },
    ],
    absent: [
      {
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
      {
        detail: {
          kind: "connection",
          operation: "accept",
          direction: "in",
          protocol: "TCP",
          port: 3333,
          peer: { address: "10.0.0.9" },
        },
        settled: true,
      },
      {
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 3333,
          peer: { address: "203.0.113.9" },
        },
      },
    ],
  },
});
