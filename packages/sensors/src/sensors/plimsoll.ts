/** Our own agent's records, and those of a snapshot: what was seen, joined already where it was seen. */
import { defineSensor, type Parsed, type RawRecord } from "@plimsoll/core";
import { objectAt, rejected } from "../field.ts";
import { detectionFrom, observationFrom, watchFrom } from "../shape.ts";

const container = {
  namespace: "shop",
  workloadKind: "Deployment",
  workload: "web",
  container: "app",
} as const;
const support = [
  {
    pod: "web-1",
    provenance: "worker-1",
    first: "2026-09-01T00:00:00.000Z",
    last: "2026-09-02T00:00:00.000Z",
    count: 3,
  },
] as const;
const observation = {
  container,
  detail: { kind: "exec", path: "/usr/bin/curl", args: ["--password", "<password>"] },
  sensor: "agent",
  trust: "kernel",
  origin: "entrypoint",
  support,
} as const;
const watch = {
  container,
  pod: "web-1",
  sensor: "agent",
  provenance: "worker-1",
  watched: [{ from: "2026-09-01T00:00:00.000Z", to: "2026-09-02T00:00:00.000Z" }],
  heard: [{ from: "2026-09-01T00:00:00.000Z", to: "2026-09-02T00:00:00.000Z" }],
  fromStart: true,
  sight: { exec: "whole" },
  events: { exec: 3 },
  drops: 0,
} as const;

const peaks = {
  memoryBytes: 9_437_184,
  unreclaimableBytes: 3_145_728,
  memoryLimitHits: 0,
  cpuMillicores: 40,
  cpuSeconds: 5,
  throttledPeriods: 0,
} as const;

export const plimsoll = defineSensor({
  id: "plimsoll",
  title: "Plimsoll's own records",
  observes: {},
  blind: ["what each record's own sensor cannot see: its watches tell"],
  source: "plimsoll observe, the agent, or the lines of a saved snapshot",
  recognizes: (record) =>
    ["observation", "watch", "detection"].some((key) => objectAt(record, key) !== undefined),
  parse,
  examples: [
    {
      title: "an observation, whose arguments are looked at once more",
      record: {
        observation: { ...observation, detail: { ...observation.detail, args: ["--password", "hunter2"] } },
      },
      gives: [{ part: "observation", observation }],
    },
    { title: "a watch", record: { watch }, gives: [{ part: "watch", watch }] },
    {
      title: "a watch that measured what its container used at most",
      record: { watch: { ...watch, peaks } },
      gives: [{ part: "watch", watch: { ...watch, peaks } }],
    },
    {
      title: "peaks that are no whole numbers",
      record: { watch: { ...watch, peaks: { ...peaks, memoryBytes: -1 } } },
      gives: [{ part: "rejected", why: "incomplete" }],
    },
    {
      title: "one of a kind of behaviour that there is not",
      record: { observation: { ...observation, detail: { kind: "thought", path: "/" } } },
      gives: [{ part: "rejected", why: "incomplete" }],
    },
  ],
});

function* parse(record: RawRecord): Generator<Parsed> {
  const observation = observationFrom(record["observation"]);
  if (observation !== undefined) return yield { part: "observation", observation };
  const watch = watchFrom(record["watch"]);
  if (watch !== undefined) return yield { part: "watch", watch };
  const detection = detectionFrom(record["detection"]);
  yield detection === undefined ? rejected("incomplete") : { part: "told", detection };
}
