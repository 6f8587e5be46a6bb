/** The token of the service account read by a workload that never did. */
import { defineDetection } from "@plimsoll/core";

export const tokenAccess = defineDetection({
  id: "token-access",
  title: "A workload read its service account's token for the first time",
  severity: "high",
  why: "It never needed the API server before: whoever reads the token now means to speak in the workload's name.",
  techniques: ["T1528", "T1552.001"],
  equivalents: ["R0006"],
  closedBy: ["token-automount"],
  kinds: ["file"],
  when: "detail.operation == 'open' && settled && !learned && detail.path.matches('/(var/)?run/secrets/(kubernetes\\\\.io/serviceaccount|eks\\\\.amazonaws\\\\.com/serviceaccount|azure/tokens|tokens)/(.*/)?[a-z-]*token$')",
  examples: {
    present: [
      {
        detail: {
          kind: "file",
          operation: "open",
          path: "/run/secrets/kubernetes.io/serviceaccount/..2026_01_01/token",
        },
        settled: true,
      },
      {
        shows: ["R0006"],
        detail: {
          kind: "file",
          operation: "open",
          path: "/var/run/secrets/kubernetes.io/serviceaccount/token",
        },
        settled: true,
      },
    ],
    absent: [
      {
        detail: {
          kind: "file",
          operation: "open",
          path: "/var/run/secrets/kubernetes.io/serviceaccount/token",
        },
      },
      {
        detail: {
          kind: "file",
          operation: "open",
          path: "/var/run/secrets/kubernetes.io/serviceaccount/token",
        },
        earlier: [
          { kind: "file", operation: "open", path: "/var/run/secrets/kubernetes.io/serviceaccount/token" },
        ],
        settled: true,
      },
      {
        detail: { kind: "file", operation: "open", path: "/run/secrets/kubernetes.io/serviceaccount/ca.crt" },
        settled: true,
      },
    ],
  },
});
