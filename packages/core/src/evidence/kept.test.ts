import { expect, test } from "vitest";
import type { ObservationDetail } from "../model/observation.ts";
import { detectionsOf } from "./detect.ts";
import { base, opened, ran, saw, watch } from "./fixtures/seen.ts";
import { keptOf, type Candidate } from "./kept.ts";
import { joinSeen, nothingSeen, seenLimits } from "./merge.ts";
import { joinMore } from "./more.ts";
import { defineDetection } from "./rule.ts";

const candidate = (detail: ObservationDetail, first: string): Candidate => ({
  key: JSON.stringify(detail),
  detail,
  first,
  alike: undefined,
});

test("a thousand names of one file crowd no other out, and since when there were such names stays known", () => {
  const names = Array.from({ length: 1_000 }, (_, at) =>
    candidate(
      opened(`/app/x.pyc.1396${at + 10_000}`),
      `2026-01-01T00:${String(at % 60).padStart(2, "0")}:00Z`,
    ),
  );
  const others = ["/etc/a", "/etc/b", "/etc/c"].map((path) =>
    candidate(opened(path), "2026-01-02T00:00:00Z"),
  );
  const kept = keptOf([...names, ...others], 10);
  expect([...kept.keys()].filter((each) => others.includes(each))).toHaveLength(3);
  expect(others.map((each) => kept.get(each))).toEqual([undefined, undefined, undefined]);
  const alike = names.flatMap((each) => (kept.has(each) ? [kept.get(each)] : []));
  expect(alike).toEqual(Array.from({ length: 7 }, () => "2026-01-01T00:00:00Z"));
});

test("of more families than are kept each has one, and which they are does not depend on the order", () => {
  const all = Array.from({ length: 40 }, (_, at) =>
    candidate(ran(`/bin/p${at % 20}`, String(10_000 + at)), "2026-01-01T00:00:00Z"),
  );
  const programs = (list: readonly Candidate[]): readonly string[] =>
    [...keptOf(list, 12).keys()].map(({ detail }) => (detail.kind === "exec" ? detail.path : "")).toSorted();
  expect(new Set(programs(all)).size).toBe(12);
  expect(programs(all.toReversed())).toEqual(programs(all));
});

/** As Python does that finds no bytecode beside its modules: each under a name of its own at first. */
const bytecode = (start: number): readonly ObservationDetail[] =>
  Array.from({ length: 20 }, (_, at) => ({
    kind: "file",
    operation: "create",
    path: `/app/__pycache__/m${at}.cpython-311.pyc.${139_000_000_000_000 + start * 1_000 + at}`,
  }));

test("what was learned is no news after many starts, each with names of its own; what is new is told", () => {
  const day = (count: number): string => new Date(Date.UTC(2026, 8, 2) + count * 86_400_000).toISOString();
  const started = (start: number, more: readonly ObservationDetail[] = []) => {
    const from = day(start / 4);
    const support = [{ pod: `web-${start}`, provenance: "node-1", first: from, last: from, count: 1 }];
    const heard = [{ from, to: day(start / 4 + 0.2) }];
    return {
      ...nothingSeen,
      observations: [...bytecode(start), ...more].map((detail) => saw(detail, [], { support })),
      watches: [watch(`web-${start}`, { watched: heard, heard })],
    };
  };
  const limits = { ...seenLimits, behaviours: 200 };
  let seen = nothingSeen;
  for (let start = 0; start < 60; start += 1) seen = joinMore(seen, started(start), limits).seen;
  expect(seen.observations).toHaveLength(limits.behaviours);
  const all = Array.from({ length: 60 }, (_, start) => started(start));
  expect(seen).toEqual(joinSeen(all, limits));
  const rule = defineDetection({ ...base, kinds: ["file"], when: "settled && !learned" });
  expect(detectionsOf(seen, [rule]).detections).toEqual([]);
  const evil: ObservationDetail = { kind: "file", operation: "create", path: "/app/evil" };
  expect(detectionsOf(joinMore(seen, started(60, [evil]), limits).seen, [rule]).detections).toMatchObject([
    { message: expect.stringContaining("/app/evil") },
  ]);
});
