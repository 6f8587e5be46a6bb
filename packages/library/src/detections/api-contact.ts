/** A connection to the API server by a workload that never made one. */
import { defineDetection } from "@plimsoll/core";

export const apiContact = defineDetection({
  id: "api-contact",
  title: "A workload connected to the API server for the first time",
  severity: "medium",
  why: "It had no business with the API server while it was learned.",
  techniques: ["T1613"],
  equivalents: ["falco: Contact K8S API Server From Container", "R0007"],
  closedBy: ["token-automount", "default-deny-egress"],
  kinds: ["connection"],
  when: "detail.operation == 'connect' && has(detail.peer) && has(detail.peer.service) && detail.peer.service == 'kubernetes' && has(detail.peer.namespace) && detail.peer.namespace == 'default' && settled && !learned",
  examples: {
    present: [
      {
        shows: ["falco: Contact K8S API Server From Container", "R0007"],
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 443,
          peer: { address: "10.96.0.1", service: "kubernetes", namespace: "default" },
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
          peer: { address: "10.96.0.9", service: "web", namespace: "shop" },
        },
        settled: true,
      },
    ],
  },
});
