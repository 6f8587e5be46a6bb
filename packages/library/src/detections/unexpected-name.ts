/** A DNS question that was not asked while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const unexpectedName = defineDetection({
  id: "unexpected-name",
  title: "A name was asked for that this workload never asked for",
  severity: "low",
  why: "Its peers are known by name; this one is not among them.",
  techniques: ["T1071.004"],
  equivalents: ["R0005"],
  closedBy: ["default-deny-egress"],
  kinds: ["dns"],
  when: "settled && !learned",
  examples: {
    present: [
      { shows: ["R0005"], detail: { kind: "dns", question: "example.net", type: "A" }, settled: true },
      // A text holds what somebody wants it to hold.
      {
        detail: { kind: "dns", question: "example.net", type: "TXT" },
        earlier: [{ kind: "dns", question: "example.net", type: "A" }],
        settled: true,
      },
      {
        detail: { kind: "dns", question: "back.other.svc.cluster.local", type: "A" },
        earlier: [{ kind: "dns", question: "back.shop.svc.cluster.local", type: "A" }],
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "dns", question: "example.net", type: "A" } },
      // The same name for the other kind of address, and along the search path after an answer that did not come.
      {
        detail: { kind: "dns", question: "example.net", type: "AAAA" },
        earlier: [{ kind: "dns", question: "example.net", type: "A" }],
        settled: true,
      },
      {
        detail: { kind: "dns", question: "back.cluster.local", type: "A" },
        earlier: [{ kind: "dns", question: "back.shop.svc.cluster.local", type: "A" }],
        settled: true,
      },
      {
        detail: { kind: "dns", question: "example.net", type: "A" },
        earlier: [{ kind: "dns", question: "example.net", type: "A" }],
        settled: true,
      },
    ],
  },
});
