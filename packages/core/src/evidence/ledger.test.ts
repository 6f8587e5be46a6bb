import { expect, test } from "vitest";
import type { EvidenceCoverage, LackId } from "../model/evidence.ts";
import {
  observationKinds,
  type ContainerKey,
  type ObservationKind,
  type Watch,
} from "../model/observation.ts";
import type { Expected } from "./expected.ts";
import { expected, hourly, now, opened, saw, sees, watch, web } from "./fixtures/seen.ts";
import { coverageText, durationText, numberText } from "./lack.ts";
import { createLedgers, measuredLedger, stateOf } from "./ledger.ts";

function coverage(
  watches: readonly Watch[],
  changes: Partial<Expected> = {},
  kind: ObservationKind = "file",
  container: ContainerKey = web,
): EvidenceCoverage {
  return createLedgers({ watches, observations: [] }, () => ({ ...expected, ...changes }))(container).kinds[
    kind
  ];
}

const three = ["web-1", "web-2", "web-3"].map((pod) => watch(pod));
const each = (changes: Partial<Watch>): readonly Watch[] =>
  ["web-1", "web-2", "web-3"].map((pod) => watch(pod, changes));
const days = (from: number, to: number): Watch["watched"] => [
  {
    from: new Date(Date.UTC(2026, 8, from)).toISOString(),
    to: new Date(Date.UTC(2026, 8, to)).toISOString(),
  },
];

test("what was watched whole, from the start, in every replica, for long enough lacks nothing", () => {
  const found = coverage(three);
  expect(found).toMatchObject({
    sensors: ["agent"],
    sight: "whole",
    startupSeen: true,
    replicasSeen: 3,
    replicasTotal: 3,
    since: "2026-09-02T00:00:00.000Z",
    until: now,
    hours: 312,
    weekdays: 7,
    drops: 0,
    lacks: [],
    complete: true,
  });
  expect(coverageText(found)).toBe("in 13 days, 3 of 3 replicas, from start-up, by agent");
});

const image = `sha256:${"b".repeat(64)}`;
const { image: _, ...untold } = web;
const short = { watched: days(12, 15), heard: days(12, 15) };
const lacking: readonly (readonly [string, readonly Watch[], Partial<Expected>, readonly LackId[]])[] = [
  ["nobody watched", [], {}, ["no-sensor"]],
  ["a sensor that sees something else", each({ sight: sees("exec") }), {}, ["blind"]],
  ["a sensor that sees what it is told to", each({ sight: { file: "partial" } }), {}, ["partial"]],
  ["another image ran then", each({ container: { ...web, image } }), {}, ["other-image"]],
  ["the image is not told", each({ container: untold }), {}, ["image-untold"]],
  ["a digest was seen where a tag is written", three, { images: ["shop/web:1"] }, ["image-untold"]],
  ["nobody knows which image runs", three, { images: [] }, ["image-untold"]],
  ["attached late", each({ fromStart: false }), {}, ["start-up"]],
  ["a replica unseen", three.slice(1), {}, ["replicas"]],
  ["the pods that were watched are gone", [watch("web-old")], {}, ["replicas"]],
  ["nobody knows how many there are", three, { pods: undefined, replicas: undefined } as never, ["replicas"]],
  ["three days", each(short), {}, ["hours"]],
  ["no Sunday", each({ ...gaps() }), {}, ["weekdays"]],
  ["losses", each({ drops: 7 }), {}, ["drops"]],
  ["a week ago", each({ watched: days(1, 9), heard: days(1, 9) }), {}, ["stale"]],
  ["one run", [watch("run-1", short)], { runs: "scheduled", schedule: "0 0 1 * *", pods: [] }, ["schedule"]],
  ["two runs", [watch("run-1", short), watch("run-2", short)], { runs: "scheduled", pods: [] }, []],
  ["a job that ended", [watch("job", short)], { runs: "once", pods: [] }, []],
  ["one that started unseen", [watch("job", { ...short, fromStart: false })], { runs: "once" }, ["start-up"]],
];

/** 20 days without a Sunday. */
function gaps(): Pick<Watch, "watched" | "heard"> {
  const parts = [days(1, 5.99), days(7, 12.99), days(14, 15)].flat();
  return { watched: parts, heard: parts };
}

test.each(lacking)("%s", (title, watches, changes, ids) => {
  const { lacks, complete } = coverage(watches, changes);
  expect(lacks.map(({ id }) => id)).toEqual(ids);
  expect(complete).toBe(lacks.every(({ counts }) => !counts));
  expect(lacks.filter(({ counts }) => !counts).map(({ id }) => id)).toEqual(
    title === "the image is not told" ? ids : [],
  );
  for (const { text, remedy } of lacks)
    expect([text, remedy].every((line) => /^\S.{5,}$/.test(line))).toBe(true);
});

test("each lack says how to see it", () => {
  const found = coverage([watch("web-1", { ...short, fromStart: false, drops: 1_234 })]).lacks;
  expect(found.map(({ text, remedy }) => `${text} → ${remedy}`)).toEqual([
    "start-up not seen (attached late) → restart it while the sensor runs: kubectl rollout restart deployment/web -n shop",
    "1 of 3 replicas seen: not web-2, web-3 → let the sensor run on every node that has one of its pods",
    "3 days seen, of at least 7 days → wait: enough at 2026-09-19 00:00 UTC if the sensor goes on",
    "1,234 events lost by agent → give the sensor a larger buffer or less to look for",
  ]);
  const run = coverage([], { runs: "scheduled", schedule: "0 0 1 * *", target: "cronjob/bill -n shop" });
  expect(run.lacks.map(({ id }) => id)).toEqual(["no-sensor"]);
  const one = coverage([watch("run-1")], {
    runs: "scheduled",
    schedule: "0 0 1 * *",
    target: "cronjob/bill -n shop",
  });
  expect(one.lacks.map(({ text, remedy }) => `${text} → ${remedy}`)).toEqual([
    "1 of 2 runs of its schedule seen, next on 2026-10-01 at 00:00 UTC → let the sensor see its next runs, or try it: kubectl create job trial --from=cronjob/bill -n shop",
  ]);
});

test("a pod that is still there was watched as long as its source was heard of, one that is gone to its last sign", () => {
  const quiet = { watched: days(2, 3), heard: days(2, 15) };
  expect(coverage(each(quiet)).hours).toBe(312);
  expect(coverage(each(quiet), { pods: ["web-9"] }).hours).toBe(24);
});

test("what was lost to a limit is a lack", () => {
  const watches = [watch("web-1", { events: { file: 10 } })];
  const found = createLedgers({ watches, observations: [saw(opened("/a"), ["web-1"])] }, () => expected)(web);
  expect(found.kinds.file).toMatchObject({ shed: 8, complete: false });
  expect(found.kinds.exec.shed).toBe(0);
});

test("runs of a job that are not remembered any more lost nothing", () => {
  const job: Expected = { ...expected, runs: "scheduled", pods: [] };
  const seen = hourly(300, [opened("/a"), opened("/b")]);
  expect(createLedgers(seen, () => job)(web).kinds.file).toMatchObject({ shed: 0, cronCycles: 300 });
});

test("a source's losses count once, several sources' add up", () => {
  const other = watch("web-3", { drops: 2, provenance: "node-2" });
  expect(coverage([watch("web-1", { drops: 5 }), watch("web-2", { drops: 5 }), other]).drops).toBe(7);
});

test("what is seen of a pod as a whole is seen of its containers", () => {
  const pod = watch("web-1", {
    container: { ...untold, container: "" },
    sensor: "hubble",
    sight: sees("connection"),
  });
  expect(coverage([pod], {}, "connection").sensors).toEqual(["hubble"]);
  expect(coverage([watch("web-1", { container: { ...web, container: "proxy" } })]).lacks[0]!.id).toBe(
    "no-sensor",
  );
});

test("kinds that nobody sees are named", () => {
  const ledger = createLedgers({ watches: three, observations: [] }, () => expected)(web);
  expect(ledger.blindKinds).toEqual(
    observationKinds.filter((kind) => !["exec", "file", "connection", "library"].includes(kind)),
  );
});

test("not seen is unknown until nothing lacks", () => {
  const seen = [saw(opened("/a"), ["web-1"])];
  expect([
    stateOf(seen, coverage([])),
    stateOf([], coverage(three)),
    stateOf([], coverage(three.slice(1))),
    stateOf([], coverage([])),
  ]).toEqual(["observed", "not-observed", "unknown", "unknown"]);
});

test.each([
  [0, "less than a minute"],
  [1 / 60, "1 minute"],
  [0.99, "59 minutes"],
  [1, "1 hour"],
  [47, "1 day"],
  [48, "2 days"],
] as const)("%d hours are %s", (count, text) => {
  expect(durationText(count)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1_204, "1,204"],
  [1_234_567, "1,234,567"],
] as const)("%d is %s", (count, text) => {
  expect(numberText(count)).toBe(text);
});

const peaks = { memoryBytes: 5, cpuMillicores: 1 };
const measuredBy = (
  watches: readonly Watch[],
  kind: "memory" | "cpu",
): readonly [string, boolean, readonly LackId[]] => {
  const { sight, startupSeen, lacks } = measuredLedger(watches, () => expected)(web, kind);
  return [sight, startupSeen, lacks.map(({ id }) => id)];
};

test.each([
  ["measured in every replica", each({ peaks }), ["whole", true, []], ["whole", true, []]],
  [
    "attached late: the kernel kept the peak of memory, and of processor time nothing",
    each({ peaks, fromStart: false }),
    ["whole", true, []],
    ["whole", false, ["start-up"]],
  ],
  [
    "events that were lost are not what is measured",
    each({ peaks, drops: 9 }),
    ["whole", true, []],
    ["whole", true, []],
  ],
  ["watched and not measured", three, ["none", false, ["blind"]], ["none", false, ["blind"]]],
  [
    "measured in one replica, watched in all",
    [...three.slice(1), watch("web-1", { peaks })],
    ["whole", true, ["replicas"]],
    ["whole", true, ["replicas"]],
  ],
  [
    "measured under another image",
    each({ peaks, container: { ...web, image } }),
    ["none", false, ["other-image"]],
    ["none", false, ["other-image"]],
  ],
] as const)("peaks: %s", (_, watches, memory, cpu) => {
  expect(measuredBy(watches, "memory")).toEqual(memory);
  expect(measuredBy(watches, "cpu")).toEqual(cpu);
});

const whole = { ...peaks, memoryAtEnd: 1 };

test.each([
  ["none to its end", each({ peaks }), "scheduled", ["partial"], 3],
  ["one to its end", [...three.slice(1), watch("web-1", { peaks: whole })], "scheduled", ["schedule"], 1],
  ["each to its end", each({ peaks: whole }), "scheduled", [], 3],
  ["a job that no schedule starts", each({ peaks: whole }), "once", [], undefined],
  ["a job, not to its end", each({ peaks }), "once", ["partial"], undefined],
] as const)("of what ends by itself whole runs are counted: %s", (_, watches, runs, lacking, cycles) => {
  const job = { ...expected, runs, ...(runs === "once" ? {} : { schedule: "0 0 * * *" }) };
  const { lacks, cronCycles } = measuredLedger(watches, () => job)(web, "memory");
  expect(lacks.map(({ id }) => id)).toEqual(lacking);
  expect(cronCycles).toBe(cycles);
});
