/** A request to the API server that was not made while the account was learned. */
import { defineDetection } from "@plimsoll/core";

export const apiAccess = defineDetection({
  id: "api-access",
  title: "A workload asked the API server for something new",
  severity: "medium",
  why: "Requests that it never made tell that somebody looks around with its token.",
  techniques: ["T1613", "T1552.007"],
  equivalents: ["falco: Contact K8S API Server From Container", "R0007"],
  closedBy: ["token-automount"],
  kinds: ["api-request"],
  when: "settled && !learned",
  examples: {
    present: [
      {
        shows: ["falco: Contact K8S API Server From Container", "R0007"],
        detail: {
          kind: "api-request",
          verb: "list",
          group: "",
          resource: "secrets",
          namespace: "shop",
          allowed: true,
        },
        settled: true,
      },
    ],
    absent: [
      {
        detail: {
          kind: "api-request",
          verb: "list",
          group: "",
          resource: "pods",
          namespace: "shop",
          allowed: true,
        },
        earlier: [
          {
            kind: "api-request",
            verb: "list",
            group: "",
            resource: "pods",
            namespace: "shop",
            allowed: true,
          },
        ],
        settled: true,
      },
      {
        detail: {
          kind: "api-request",
          verb: "list",
          group: "",
          resource: "secrets",
          namespace: "shop",
          allowed: true,
        },
      },
    ],
  },
});
