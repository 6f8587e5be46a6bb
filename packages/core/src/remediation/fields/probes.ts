/** Probes: one that fails takes the container out of service or starts it anew. */
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Change, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction, unknownFor } from "./judgement.ts";
import { listAt } from "./site.ts";

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const handlers = ["exec", "httpGet", "tcpSocket", "grpc"] as const;

function handlerOf(probe: Json | undefined): string | undefined {
  if (!isJsonObject(probe)) return undefined;
  const found = handlers.find((name) => probe[name] !== undefined);
  return found === undefined ? undefined : JSON.stringify({ [found]: probe[found] });
}

/** Probes that are new or ask something else. */
function asked({ before, after }: Change): readonly JsonObject[] {
  return probes.flatMap((name) => {
    const [old, now] = [before.container[name], after.container[name]];
    return isJsonObject(now) && JSON.stringify(old) !== JSON.stringify(now) ? [now] : [];
  });
}

function portOf(site: Site, probe: JsonObject): number | undefined {
  const socket = probe["tcpSocket"];
  if (!isJsonObject(socket)) return undefined;
  const { port } = socket;
  if (typeof port === "number") return port;
  const named = listAt(site.container, "ports").find(({ name }) => name === port)?.["containerPort"];
  return typeof named === "number" ? named : undefined;
}

/** Milliseconds from its first program to when it listens, at most, of pods that were seen from their start. */
function untilListening({ seen }: Change, port: number): number | undefined {
  const starts = new Map<string, number>();
  for (const { observation } of seen.seen("exec"))
    for (const { pod, first } of observation.support)
      starts.set(pod, Math.min(starts.get(pod) ?? Infinity, Date.parse(first)));
  const waits = seen
    .seen("connection")
    .filter(({ detail }) => detail.operation === "listen" && detail.port === port)
    .flatMap(({ observation }) =>
      observation.support.flatMap(({ pod, first }) => {
        const start = starts.get(pod);
        return start === undefined ? [] : [Date.parse(first) - start];
      }),
    );
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** Failures of readiness only delay; of the others they start the container anew. Twice the time that was seen must fit. */
function isTooLate(probe: JsonObject, port: number | undefined, change: Change): boolean {
  const { container } = change.after;
  if (probe === container["readinessProbe"]) return false;
  const startup = container["startupProbe"];
  if (probe === container["livenessProbe"] && isJsonObject(startup)) return false;
  const wait = port === undefined ? undefined : untilListening(change, port);
  const number = (key: string, otherwise: number): number => {
    const value = probe[key];
    return typeof value === "number" ? value : otherwise;
  };
  const patience =
    number("initialDelaySeconds", 0) + number("periodSeconds", 10) * number("failureThreshold", 3);
  return wait === undefined || wait * 2 > patience * 1000;
}

export const probeField = defineField({
  id: "probes",
  title: "answers that come late or not at all",
  paths: probes.map((name) => `container.${name}`),
  effective: ({ container }) => probes.map((name) => container[name] ?? null),
  judge: (change) => {
    const now = asked(change);
    if (now.length === 0) return clearByConstruction("Nothing is asked that was not asked before");
    const known = new Set(probes.map((name) => handlerOf(change.before.container[name])));
    const fresh = now.filter((probe) => !known.has(handlerOf(probe)));
    if (fresh.length === 0) return clearByConstruction("Another probe of it asks the same as it is");
    const ports = fresh.map((probe) => portOf(change.after, probe));
    const listens = change.seen
      .seen("connection")
      .flatMap(({ detail }) =>
        detail.operation === "listen" && detail.protocol === "TCP" ? [detail.port] : [],
      );
    const late = fresh.some((probe, index) => isTooLate(probe, ports[index], change));
    if (!late && ports.every((port) => port !== undefined && listens.includes(port)))
      return byObservation(change, {
        kinds: ["connection"],
        refused: [],
        doing: "stop listening on the port that is asked",
      });
    return unknownFor("Whether and how fast it answers was not seen", [
      { text: "its answer to the probe", remedy: "ask it by hand, or roll it out to one replica first" },
    ]);
  },
  examples: {
    clear: [
      {
        name: "it listens on the port that is asked",
        after: { container: { readinessProbe: { tcpSocket: { port: 8080 } } } },
        seen: [{ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 }],
      },
      {
        name: "it listened long before it would be started anew",
        after: { container: { livenessProbe: { tcpSocket: { port: 8080 } } } },
        seen: [
          { kind: "exec", path: "/app", args: [] },
          { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 },
        ],
      },
      {
        name: "another probe asks the same",
        before: { container: { livenessProbe: { httpGet: { path: "/", port: 80 } } } },
        after: {
          container: {
            livenessProbe: { httpGet: { path: "/", port: 80 } },
            readinessProbe: { httpGet: { path: "/", port: 80 } },
          },
        },
      },
    ],
    unknown: [
      {
        name: "when it began to listen was not seen",
        after: { container: { livenessProbe: { tcpSocket: { port: 8080 } } } },
        seen: [{ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 }],
      },
      {
        name: "a path that nobody asked for",
        after: { container: { livenessProbe: { httpGet: { path: "/", port: 80 } } } },
      },
    ],
  },
});
