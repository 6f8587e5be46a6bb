/** `hostPort`: refuses connections that come to the node's address. */
import { isJsonObject, type Json } from "../../model/json.ts";
import type { Change, Seen, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { isHostNetwork, listAt } from "./site.ts";

function hostPorts(site: Site): readonly Json[] {
  if (isHostNetwork(site)) return [];
  return listAt(site.container, "ports")
    .filter(({ hostPort }) => typeof hostPort === "number" && hostPort !== 0)
    .map(({ hostPort, containerPort, protocol }) => ({
      hostPort: hostPort!,
      containerPort: containerPort!,
      protocol: protocol ?? "TCP",
    }));
}

function accepted({ before, after, seen }: Change): readonly Seen[] {
  const kept = new Set(hostPorts(after).map((port) => JSON.stringify(port)));
  const lost = hostPorts(before).filter((port) => !kept.has(JSON.stringify(port)));
  return seen
    .seen("connection")
    .filter(
      ({ detail }) =>
        detail.operation === "accept" &&
        detail.refused !== true &&
        lost.some(
          (port) =>
            isJsonObject(port) &&
            port["containerPort"] === detail.port &&
            port["protocol"] === detail.protocol,
        ),
    );
}

const open = { container: { ports: [{ containerPort: 8080, hostPort: 80 }] } };
const closed = { container: { ports: [{ containerPort: 8080 }] } };

export const hostPort = defineField({
  id: "host-port",
  title: "connections to the node's address",
  paths: ["container.ports"],
  effective: hostPorts,
  judge: (change) => {
    if (hostPorts(change.before).length === 0)
      return clearByConstruction("A further port of the node leads to it");
    return byObservation(change, {
      kinds: ["connection"],
      refused: accepted(change),
      doing: "be connected to on that port, which may have come by the node's address",
    });
  },
  examples: {
    clear: [{ name: "nobody connected", before: open, after: closed }],
    breaks: [
      {
        name: "somebody connected",
        before: open,
        after: closed,
        seen: [
          {
            kind: "connection",
            operation: "accept",
            direction: "in",
            protocol: "TCP",
            port: 8080,
            peer: { address: "203.0.113.5" },
          },
        ],
      },
    ],
    unknown: [{ name: "nobody watched connections", before: open, after: closed, unseen: ["connection"] }],
  },
});
