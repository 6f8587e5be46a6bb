import { expect, test } from "vitest";
import type { ObservationDetail } from "../model/observation.ts";
import { detailText } from "./tell.ts";

const outgoing = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port: 443,
} as const;
const cases: readonly (readonly [ObservationDetail, string, (readonly string[])?])[] = [
  [{ kind: "exec", path: "/bin/sh", args: ["-c", "id"] }, "/bin/sh -c id"],
  [{ kind: "exec", path: "/bin/x", args: ["7"] }, "/bin/x <number>", ["<number>"]],
  [{ kind: "file", operation: "create", path: "/a" }, "creates /a"],
  [{ kind: "file", operation: "rename", path: "/a", target: "/b" }, "renames /a → /b"],
  [
    { kind: "file", operation: "open", path: "/proc/1/x", refused: true },
    "reads /proc/<number>/x (refused)",
    ["/proc/<number>/x", ""],
  ],
  [{ kind: "file", operation: "open", path: "/a<b" }, "reads /a<b"],
  [
    { ...outgoing, peer: { namespace: "shop", workload: "StatefulSet/db" } },
    "connects to shop/StatefulSet/db:443/TCP",
  ],
  [
    { ...outgoing, peer: { dnsName: "a.example", address: "1.1.1.1" }, refused: true },
    "connects to a.example:443/TCP (refused)",
  ],
  [{ ...outgoing, operation: "listen", direction: "in" }, "listens on 443/TCP"],
  [
    { ...outgoing, operation: "accept", direction: "in", peer: { address: "1.1.1.1" } },
    "accepts on 443/TCP from <address>",
    ["<address>"],
  ],
  [{ kind: "capability", name: "SYS_ADMIN", granted: true, opportunistic: true }, "SYS_ADMIN, without need"],
  [
    {
      kind: "api-request",
      verb: "get",
      group: "apps",
      resource: "deployments",
      subresource: "scale",
      namespace: "shop",
      name: "web",
      allowed: false,
    },
    "get deployments.apps/scale web in shop (refused)",
  ],
  [
    {
      kind: "api-request",
      verb: "get",
      group: "",
      resource: "",
      namespace: "",
      path: "/metrics",
      allowed: true,
    },
    "get /metrics",
  ],
];

test.each(cases.map(([detail, text, patterns]) => ({ detail, text, patterns })))(
  "$text",
  ({ detail, text, patterns }) => {
    expect(detailText(detail, patterns)).toBe(text);
  },
);
