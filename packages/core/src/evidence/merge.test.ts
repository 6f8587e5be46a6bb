import fc from "fast-check";
import { expect, test } from "vitest";
import { peakNames, type ContainerKey, type Observation, type Peaks } from "../model/observation.ts";
import type { ObservationDetail, Watch } from "../model/observation.ts";
import { covering, united, without } from "./interval.ts";
import { joinSeen, lossesOf, nothingSeen, seenLimits, shed, type Seen, type SeenLimits } from "./merge.ts";
import { entriesOf, joinMore } from "./more.ts";
import { createTally, type SensedEvent } from "./tally.ts";

const times = fc
  .integer({ min: 0, max: 5_000 })
  .map((minute) => new Date(Date.UTC(2026, 8, 1) + minute * 60_000).toISOString());
const pods = fc.constantFrom("web-1", "web-2", "web-3", "");
const containers: fc.Arbitrary<ContainerKey> = fc.record({
  namespace: fc.constant("shop"),
  workloadKind: fc.constant("Deployment"),
  workload: fc.constantFrom("web", "db"),
  container: fc.constantFrom("app", "proxy"),
  image: fc.constantFrom("sha256:a", "sha256:b"),
});
const details: fc.Arbitrary<ObservationDetail> = fc.oneof(
  fc.record({
    kind: fc.constant("exec" as const),
    path: fc.constantFrom("/bin/a", "/bin/b", "/bin/c"),
    args: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant("file" as const),
    operation: fc.constantFrom("open" as const, "write" as const),
    path: fc.constantFrom("/a", "/b", "/v/x.1001", "/v/x.1002", "/v/x.1003", "/v/y.1001"),
  }),
  fc.record({ kind: fc.constant("dns" as const), question: fc.constantFrom("a.example", "b.example") }),
);
const events: fc.Arbitrary<SensedEvent> = fc.record({
  container: containers,
  pod: pods,
  time: times,
  detail: details,
  trust: fc.constant("kernel" as const),
  start: fc.boolean(),
});

function tallied(provenance: string, list: readonly SensedEvent[], limits = seenLimits): Seen {
  const tally = createTally(
    { sensor: "test", provenance, sight: { exec: "whole", file: "partial" } },
    limits,
  );
  for (const event of list) tally.add(event);
  return tally.result();
}

const batches: fc.Arbitrary<Seen> = fc
  .tuple(fc.constantFrom("node-1", "node-2", "node-3"), fc.array(events, { maxLength: 25 }))
  .map(([provenance, list]) => tallied(provenance, list));
const peaks: fc.Arbitrary<Peaks> = fc.record(
  Object.fromEntries(peakNames.map((name) => [name, fc.nat(9)])) as {
    [Name in keyof Peaks]-?: fc.Arbitrary<number>;
  },
  { requiredKeys: [] },
);
const losses: fc.Arbitrary<Pick<Watch, "drops" | "losses">> = fc
  .tuple(fc.nat(9), fc.array(times, { minLength: 1, maxLength: 3 }))
  .map(([drops, list]) =>
    drops === 0 ? { drops } : { drops, losses: united(list.map((at) => ({ from: at, to: at }))) },
  );
const measured: fc.Arbitrary<Seen> = fc
  .tuple(batches, fc.array(fc.option(peaks, { nil: undefined })), fc.array(losses))
  .map(([batch, list, lost]) => ({
    ...batch,
    watches: batch.watches.map((watch, at) => {
      const own = list[at];
      return { ...watch, ...lost[at], ...(own === undefined ? {} : { peaks: own }) };
    }),
  }));
const severities = fc.constantFrom("low" as const, "high" as const);
const narrow: SeenLimits = { behaviours: 2, support: 2, watches: 2, detections: 2 };
const limits = fc.constantFrom(seenLimits, narrow);

/** What was seen of one container. */
const ofOne = fc.tuple(measured, fc.array(severities)).map(([{ observations, watches }, list]): Seen => {
  const isIts = ({ container }: { readonly container: ContainerKey }): boolean =>
    container.workload === "web" && container.container === "app" && container.image === "sha256:a";
  const own = observations.filter(isIts);
  const detections = own.slice(0, list.length).map(({ container, support, trust }, at) => {
    const told = { sensor: "test", rule: `rule-${at}`, message: "m", techniques: [] } as const;
    return { ...told, container, severity: list[at]!, trust, support };
  });
  return { observations: own, watches: watches.filter(isIts), detections };
});

test("a little joined to much is what all of it joined is, limits or not, and tells what it made otherwise", () => {
  fc.assert(
    fc.property(fc.array(ofOne, { maxLength: 6 }), limits, (list, within) => {
      let seen = nothingSeen;
      const told = new Map<string, unknown>();
      for (const batch of list) {
        const before = seen;
        const more = joinMore(before, batch, within);
        expect(more.seen).toEqual(joinSeen([before, batch], within));
        for (const { part, key, value } of more.turned)
          if (value === undefined) expect(told.delete(`${part} ${key}`)).toBe(true);
          else told.set(`${part} ${key}`, value);
        const entries = entriesOf(more.seen).map(
          ({ part, key, value }) => [`${part} ${key}`, value] as const,
        );
        expect(told).toEqual(new Map(entries));
        expect(joinMore(more.seen, batch, within).seen).toEqual(more.seen);
        seen = more.seen;
      }
    }),
    { numRuns: 150 },
  );
});

test("joining is associative, commutative and idempotent, limits or not", () => {
  fc.assert(
    fc.property(measured, measured, measured, limits, (a, b, c, within) => {
      const join = (...all: readonly Seen[]): Seen => joinSeen(all, within);
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      expect(join(a, b)).toEqual(join(b, a));
      const once = join(a, b);
      expect(join(once, once)).toEqual(once);
      expect(join(once, a)).toEqual(once);
      expect(join(once, nothingSeen)).toEqual(once);
      expect(join(a, b, c)).toEqual(join(join(a, b), c));
    }),
    { numRuns: 150 },
  );
});

test("the order of events does not matter", () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 30 }), limits, (list, within) => {
      expect(tallied("n", [...list].reverse(), within)).toEqual(tallied("n", list, within));
    }),
    { numRuns: 150 },
  );
});

test("nothing is lost without being counted: events kept and events shed are the events", () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 60 }), (list) => {
      const seen = tallied("n", list, { ...narrow, support: 100, watches: 100 });
      const kept = seen.observations
        .flatMap(({ support }) => support)
        .reduce((sum, { count }) => sum + count, 0);
      const lost = [...shed(seen).values()].reduce((sum, count) => sum + count, 0);
      expect(kept + lost).toBe(list.length);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ["of pods that are not remembered nothing was shed", 3, 0],
  ["where as many behaviours are kept as may be, some were", 2, 1],
])("%s", (_, behaviours, least) => {
  const container: ContainerKey = { namespace: "s", workloadKind: "Job", workload: "w", container: "app" };
  const list = ["p1", "p2", "p3", "p4"].flatMap((pod) =>
    ["/a", "/b"].map((path): SensedEvent => {
      const time = "2026-09-01T00:00:00.000Z";
      return { container, pod, time, detail: { kind: "library", path }, trust: "kernel" };
    }),
  );
  const within: SeenLimits = { ...seenLimits, behaviours, support: 2 };
  const found = [...shed(tallied("n", list, within), within).values()];
  expect(found.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(least);
  expect(found.length).toBe(least);
});

test("of peaks the greater one is the later one, and what nobody measured stays unmeasured", () => {
  const container: ContainerKey = { namespace: "s", workloadKind: "Pod", workload: "w", container: "app" };
  const of = (own: Peaks | undefined): Seen => {
    const { watches } = tallied("n", [
      {
        container,
        pod: "w",
        time: "2026-09-01T00:00:00.000Z",
        detail: { kind: "dns", question: "a" },
        trust: "kernel",
      },
    ]);
    return {
      ...nothingSeen,
      watches: watches.map((watch) => (own === undefined ? watch : { ...watch, peaks: own })),
    };
  };
  const join = (...all: readonly (Peaks | undefined)[]): Peaks | undefined =>
    joinSeen(all.map(of)).watches[0]!.peaks;
  expect(
    join({ memoryBytes: 5, cpuMillicores: 1 }, { memoryBytes: 3, unreclaimableBytes: 2 }, undefined),
  ).toEqual({
    memoryBytes: 5,
    unreclaimableBytes: 2,
    cpuMillicores: 1,
  });
  expect(join(undefined, undefined)).toBeUndefined();
});

test("losses of which nobody says when may have been at any time, and none is forgotten for want of room", () => {
  const day = { from: "2026-09-01T00:00:00.000Z", to: "2026-09-02T00:00:00.000Z" };
  const watch = { heard: [day], drops: 1 } as unknown as Watch;
  expect(lossesOf(watch)).toEqual([day]);
  expect(lossesOf({ ...watch, drops: 0 })).toEqual([]);
  fc.assert(
    fc.property(fc.array(fc.tuple(times, times)), fc.integer({ min: 1, max: 5 }), (pairs, most) => {
      const list = pairs.map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
      const covered = covering(most, list);
      expect(covered.length).toBeLessThanOrEqual(most);
      expect(without(united(list), covered)).toEqual([]);
      expect(covering(most, list.toReversed())).toEqual(covered);
    }),
  );
});

test("a flood of one kind does not push out another, and memory is bounded", () => {
  const container: ContainerKey = {
    namespace: "shop",
    workloadKind: "Pod",
    workload: "web",
    container: "app",
  };
  const at = (detail: ObservationDetail): SensedEvent => ({
    container,
    pod: "web",
    time: "2026-09-01T00:00:00.000Z",
    detail,
    trust: "kernel",
  });
  const list = Array.from({ length: 30_000 }, (_, index) =>
    at({ kind: "file", operation: "open", path: `/tmp/${index}` }),
  );
  const seen = tallied("n", [...list, at({ kind: "exec", path: "/bin/sh", args: [] })], {
    ...seenLimits,
    behaviours: 100,
  });
  const kinds = Map.groupBy(seen.observations, ({ detail }) => detail.kind);
  expect([kinds.get("file")!.length, kinds.get("exec")!.length]).toEqual([100, 1]);
  expect([...shed(seen)]).toEqual([[`file "shop"/"Pod"/"web"/"app"@`, 29_900]]);
});

test("a source silent for over an hour was not watching", () => {
  const container: ContainerKey = {
    namespace: "shop",
    workloadKind: "Pod",
    workload: "web",
    container: "app",
  };
  const at = (time: string): SensedEvent => ({
    container,
    pod: "web",
    time,
    detail: { kind: "dns", question: "a" },
    trust: "kernel",
  });
  const seen = tallied(
    "n",
    ["2026-09-01T00:00:00.000Z", "2026-09-01T00:50:00.000Z", "2026-09-01T03:00:00.000Z"].map(at),
  );
  expect(seen.watches[0]!.watched).toEqual([
    { from: "2026-09-01T00:00:00.000Z", to: "2026-09-01T00:50:00.000Z" },
    { from: "2026-09-01T03:00:00.000Z", to: "2026-09-01T03:00:00.000Z" },
  ]);
});

test("counts of different replicas stay apart", () => {
  const container: ContainerKey = {
    namespace: "shop",
    workloadKind: "Deployment",
    workload: "web",
    container: "app",
  };
  const detail: ObservationDetail = { kind: "dns", question: "a" };
  const observation: Observation = {
    container,
    detail,
    sensor: "s",
    trust: "kernel",
    support: [{ pod: "a", provenance: "n", first: "1", last: "2", count: 3 }],
  };
  const other = { ...observation, support: [{ ...observation.support[0]!, pod: "b", count: 5 }] };
  const none: readonly Watch[] = [];
  const seen = joinSeen(
    [observation, other, observation].map((each) => ({
      observations: [each],
      watches: none,
      detections: [],
    })),
  );
  expect(seen.observations[0]!.support.map(({ pod, count }) => [pod, count])).toEqual([
    ["a", 3],
    ["b", 5],
  ]);
});
