/** `hostNetwork`: refuses the node's interfaces, what listens on its loopback, and being found at its address. */
import type { Missing } from "../../model/verdict.ts";
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { usedCapabilities } from "./capabilities.ts";
import { capabilityName, isHostNetwork } from "./site.ts";

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

function needs(change: Change): readonly Seen[] {
  const connections = change.seen.seen("connection").filter(({ detail }) => detail.refused !== true);
  const listens = new Set(
    connections.filter(({ detail }) => detail.operation === "listen").map(({ detail }) => detail.port),
  );
  return [
    ...usedCapabilities(change).filter(({ detail }) =>
      ["NET_ADMIN", "NET_RAW"].includes(capabilityName(detail.name)),
    ),
    ...connections.filter(
      ({ detail }) =>
        detail.operation === "connect" &&
        loopback.test(detail.peer?.address ?? "") &&
        !listens.has(detail.port),
    ),
  ];
}

function waiting({ seen }: Change): readonly Missing[] {
  const ports = seen
    .seen("connection")
    .flatMap(({ detail }) =>
      detail.operation === "connect" || detail.refused === true ? [] : [`${detail.protocol} ${detail.port}`],
    );
  if (ports.length === 0) return [];
  return [
    {
      text: `whether anybody connects to ${[...new Set(ports)].join(", ")} at the node's address`,
      remedy: "look at what names the node's address and this port, such as scrape targets and health checks",
    },
  ];
}

const host = { pod: { hostNetwork: true } };

export const hostNetwork = defineField({
  id: "host-network",
  title: "the network of the node",
  paths: ["pod.hostNetwork"],
  effective: ({ pod }) => pod["hostNetwork"] === true,
  judge: (change) =>
    isHostNetwork(change.after)
      ? clearByConstruction("It reaches more than before")
      : byObservation(change, {
          kinds: ["connection", "capability"],
          refused: needs(change),
          doing: "use the node's network: its interfaces or its loopback",
          missing: waiting(change),
        }),
  examples: {
    clear: [
      {
        name: "it only connects to others",
        before: host,
        after: {},
        seen: [
          {
            kind: "connection",
            operation: "connect",
            direction: "out",
            protocol: "TCP",
            port: 443,
            peer: { address: "198.51.100.7" },
          },
        ],
      },
    ],
    breaks: [
      {
        name: "it connects to what listens on the node's loopback",
        before: host,
        after: {},
        seen: [
          {
            kind: "connection",
            operation: "connect",
            direction: "out",
            protocol: "TCP",
            port: 10248,
            peer: { address: "127.0.0.1" },
          },
        ],
      },
      {
        name: "it sets routes",
        before: host,
        after: {},
        seen: [{ kind: "capability", name: "NET_ADMIN", granted: true, opportunistic: false }],
      },
    ],
    unknown: [
      { name: "nobody watched connections", before: host, after: {}, unseen: ["connection"] },
      {
        name: "it waits for connections",
        before: host,
        after: {},
        seen: [{ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 9100 }],
      },
    ],
  },
});
