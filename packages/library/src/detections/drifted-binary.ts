/** A program that the container wrote before it ran it. */
import { defineDetection } from "@plimsoll/core";

export const driftedBinary = defineDetection({
  id: "drifted-binary",
  title: "A program ran that the container made itself",
  severity: "critical",
  why: "It is not of the image: it was downloaded, unpacked or written at run time, and no scan has seen it.",
  techniques: ["T1036", "T1105"],
  equivalents: [
    "falco: Drop and execute new binary in container",
    "falco: Container Drift Detected (open+create)",
    "falco: Container Drift Detected (chmod)",
    "R1001",
  ],
  closedBy: ["writable-root-filesystem"],
  kinds: ["exec"],
  when: "made && !detail.path.startsWith('/memfd:') && !learned",
  examples: {
    present: [
      {
        shows: ["falco: Drop and execute new binary in container", "R1001"],
        detail: { kind: "exec", path: "/tmp/kworker", args: ["kworker"] },
        earlier: [{ kind: "file", operation: "create", path: "/tmp/kworker" }],
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/curl", args: ["curl"] }, settled: true },
      {
        detail: { kind: "exec", path: "/tmp/kworker", args: ["kworker"] },
        earlier: [
          { kind: "file", operation: "create", path: "/tmp/kworker" },
          { kind: "exec", path: "/tmp/kworker", args: ["kworker"] },
        ],
        settled: true,
      },
    ],
  },
});
