/**
 * Times what one more thing that was seen, and all that was seen being done once more, costs the service's two judges, where
 * much was seen before:
 * `node bench/observed.ts [OBJECTS] [CONTAINERS] [BEHAVIOURS]`.
 */
import {
  createIncremental,
  joinSeen,
  type Change,
  type ObservationDetail,
  type Seen,
  type Watch,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { generate } from "./generate.ts";

const [objects = 1_000, containers = 60, behaviours = 60, turns = 20] = process.argv.slice(2).map(Number);
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const server = { kind: "cluster", name: "bench", version: "v1.35.4" } as const;
const held = [...generate(objects)];
const workloads = held.filter(({ kind }) => kind === "Deployment").slice(0, containers);

function seenOf(index: number, from: number, count: number, second: number): Seen {
  const { namespace = "", name = "" } = workloads[index]!.metadata;
  const container = { namespace, workloadKind: "Deployment", workload: name, container: "app" };
  const pod = `${name}-0`;
  const support = [{ pod, provenance: "node", count: 1, first: at(second), last: at(second) }];
  const common = {
    container,
    sensor: "plimsoll-ebpf",
    trust: "kernel",
    origin: "entrypoint",
    support,
  } as const;
  const observations = Array.from({ length: count }, (_, turn) => ({
    ...common,
    detail: detailOf(from + turn),
  }));
  const interval = [{ from: at(0), to: at(second) }];
  const sight = { exec: "whole", file: "whole", library: "whole", connection: "whole" } as const;
  const watch: Watch = {
    container,
    pod,
    sensor: "plimsoll-ebpf",
    provenance: "node",
    watched: interval,
    heard: interval,
    fromStart: true,
    sight,
    events: {},
    drops: 0,
  };
  return { observations, watches: [watch], detections: [] };
}

function detailOf(number: number): ObservationDetail {
  if (number % 4 === 0) return { kind: "exec", path: `/usr/bin/tool-${number}`, args: [String(number)] };
  if (number % 4 === 1) return { kind: "library", path: `/usr/lib/lib${number}.so` };
  if (number % 4 === 2)
    return { kind: "connection", operation: "connect", direction: "out", protocol: "TCP", port: number };
  return { kind: "file", operation: "open", path: `/etc/conf/${number}`, onRootFilesystem: true };
}

/** Milliseconds. */
function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const { edges: _e, ...own } = library;
const judges = {
  "who watches": createIncremental(own, { toolVersion: "0.0.0", server, takenAt: at(0), listens: true }),
  overview: createIncremental(library, { toolVersion: "0.0.0", server, takenAt: at(0) }),
};
const byContainer = workloads.map((_, index) => seenOf(index, 0, behaviours, 10));
const together = (): Seen => ({
  observations: byContainer.flatMap(({ observations }) => observations),
  watches: byContainer.flatMap(({ watches }) => watches),
  detections: [],
});
let seen = together();
for (const [name, judge] of Object.entries(judges)) {
  judge.apply([
    { op: "gaps", gaps: [], covered: ["*"] },
    ...held.map((resource): Change => ({ op: "put", record: { resource, source: { file: "cluster" } } })),
  ]);
  judge.apply([{ op: "observations", ...seen }]);
  judge.settle();
  judge.detections();
  if (name === "overview") judge.report();
}
// Nothing is told before it was heard what many objects together tell.
judges["who watches"].hear(structuredClone(judges.overview.said()));
judges["who watches"].settle();
console.log(
  `${objects} objects, ${seen.observations.length} behaviours of ${seen.watches.length} containers`,
);
const times = new Map<string, number[]>();
const note = (name: string, ms: number): void => void times.set(name, [...(times.get(name) ?? []), ms]);
for (let turn = 0; turn < turns; turn += 1) {
  const index = turn % workloads.length;
  byContainer[index] = joinSeen([byContainer[index]!, seenOf(index, 10_000 + turn * 4, 1, 20 + turn)]);
  seen = together();
  for (const [name, judge] of Object.entries(judges)) {
    note(
      `${name}: apply`,
      timed(() => judge.apply([{ op: "observations", ...seen }])),
    );
    note(
      `${name}: settle`,
      timed(() => judge.settle()),
    );
    note(
      `${name}: detections`,
      timed(() => judge.detections()),
    );
    if (name === "overview")
      note(
        `${name}: report`,
        timed(() => judge.report()),
      );
  }
}
for (let turn = 0; turn < turns / 4; turn += 1) {
  for (const index of byContainer.keys())
    byContainer[index] = joinSeen([byContainer[index]!, seenOf(index, 0, behaviours, 60 + turn)]);
  seen = together();
  const judge = judges["who watches"];
  note(
    "all once more: detections",
    timed(() => judge.detections(seen)),
  );
  judge.apply([{ op: "observations", ...seen }]);
  let whole = 0;
  for (;;) {
    const until = performance.now() + 8;
    const started = performance.now();
    const { pending } = judge.settle(() => performance.now() > until);
    const took = performance.now() - started;
    note("all once more: a piece", took);
    whole += took;
    if (!pending) break;
  }
  note("all once more: settle", whole);
}
for (const [name, list] of times) {
  const sorted = list.toSorted((a, b) => a - b);
  console.log(
    `${name.padEnd(28)} median ${sorted[sorted.length >> 1]!.toFixed(1)} ms, most ${sorted.at(-1)!.toFixed(1)} ms`,
  );
}
