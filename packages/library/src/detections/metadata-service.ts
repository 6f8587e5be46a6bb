/** A connection to a cloud's metadata service. */
import { defineDetection } from "@plimsoll/core";

export const metadataService = defineDetection({
  id: "metadata-service",
  title: "A workload asked the cloud for the machine's credentials",
  severity: "high",
  why: "The metadata service gives whoever asks the node's identity in the cloud.",
  techniques: ["T1552.005"],
  equivalents: [
    "falco: Contact EC2 Instance Metadata Service From Container",
    "falco: Contact cloud metadata service from container",
  ],
  closedBy: ["network-policy-metadata-service", "default-deny-egress"],
  kinds: ["connection", "dns"],
  when: "detail.kind == 'dns' ? detail.question in ['metadata.google.internal', 'metadata'] && !learned : detail.operation == 'connect' && has(detail.peer) && has(detail.peer.address) && detail.peer.address in ['169.254.169.254', 'fd00:ec2::254', '169.254.170.2', '169.254.170.23', '100.100.100.200'] && !learned",
  examples: {
    present: [
      {
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 80,
          peer: { address: "169.254.169.254" },
        },
        settled: true,
      },
      { detail: { kind: "dns", question: "metadata.google.internal", type: "A" }, settled: true },
    ],
    absent: [
      {
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 80,
          peer: { address: "10.0.0.7" },
        },
        settled: true,
      },
      {
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 80,
          peer: { address: "169.254.169.254" },
        },
        earlier: [
          {
            kind: "connection",
            operation: "connect",
            direction: "out",
            protocol: "TCP",
            port: 80,
            peer: { address: "169.254.169.254" },
          },
        ],
        settled: true,
      },
    ],
  },
});
