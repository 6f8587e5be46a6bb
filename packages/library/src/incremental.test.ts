/** The law of the stream: whatever happened, what is known in the end is what a scan of the end says, byte for byte. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createIncremental, scan, type Delta, type Result } from "@plimsoll/core";
import { follow, histories, type History } from "./fixtures/histories.ts";
import { library } from "./index.ts";

const runs = Number(process.env["PLIMSOLL_HISTORIES"] ?? 40);
const seed = process.env["PLIMSOLL_SEED"];

/** Plays a history, and returns what the stream and a scan say, with the results that the deltas add up to. */
function play(history: History): { stream: string; whole: string; told: string; results: string } {
  const plain = follow(history);
  const { header } = plain.snapshot();
  const options = { toolVersion: "0.0.0", server: header.server, takenAt: header.takenAt };
  const stream = createIncremental(library, options);
  const told = new Map<string, Result>();
  const take = ({ results }: Delta): void => {
    for (const { id, before, after } of results) {
      if (JSON.stringify(told.get(id)) !== JSON.stringify(before))
        throw new Error(`${id} was told otherwise`);
      if (after === undefined) told.delete(id);
      else told.set(id, structuredClone(after));
    }
  };
  take(stream.apply(plain.first));
  for (const { happenings, then } of history.batches) {
    take(stream.apply(plain.changesOf(happenings)));
    if (then === "settle") take(stream.settle());
    if (then === "piece") take(stream.settle(() => true));
    if (then === "report") stream.report();
  }
  // The deltas alone add up to what a scan finds, before paths and priorities were asked for.
  take(stream.settle());
  const sorted = [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
  const scores = JSON.stringify(stream.scores());
  const detections = JSON.stringify(stream.detections());
  const report = stream.report();
  expect(detections).toBe(JSON.stringify(report.detections));
  expect(stream.settle()).toEqual({ results: [], scores: [], pending: false });
  const whole = scan(plain.snapshot(), library, { toolVersion: "0.0.0", ...plain.settings() });
  expect(scores).toBe(JSON.stringify(report.frameworks));
  return {
    stream: JSON.stringify(report, null, 1),
    whole: JSON.stringify(whole, null, 1),
    told: JSON.stringify(sorted),
    results: JSON.stringify(report.results),
  };
}

/** The same history by two: one looks at single objects and listens, the other tells it what many together say. */
function listen(history: History): { readonly told: string; readonly whole: string } {
  const plain = follow(history);
  const { header } = plain.snapshot();
  const options = { toolVersion: "0.0.0", server: header.server, takenAt: header.takenAt };
  const overview = createIncremental(library, options);
  const { edges: _e, ...own } = library;
  const near = createIncremental(own, { ...options, listens: true });
  const told = new Map<string, Result>();
  const take = ({ results }: Delta): void => {
    for (const { id, before, after } of results) {
      if (JSON.stringify(told.get(id)) !== JSON.stringify(before))
        throw new Error(`${id} was told otherwise`);
      if (after === undefined) told.delete(id);
      else told.set(id, structuredClone(after));
    }
  };
  const hear = (): void => {
    overview.settle();
    near.hear(structuredClone(overview.said()));
  };
  const apply = (changes: Parameters<typeof near.apply>[0]): void => {
    overview.apply(changes);
    take(near.apply(changes));
  };
  apply(plain.first);
  for (const { happenings, then } of history.batches) {
    apply(plain.changesOf(happenings));
    if (then === "settle") take(near.settle());
    if (then === "piece") take(near.settle(() => true));
    if (then === "report") hear();
  }
  hear();
  take(near.settle());
  const sorted = [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
  const whole = scan(plain.snapshot(), library, { toolVersion: "0.0.0", ...plain.settings() });
  expect(JSON.stringify(near.scores())).toBe(JSON.stringify(whole.frameworks));
  expect(JSON.stringify(near.results())).toBe(JSON.stringify(whole.results));
  return { told: JSON.stringify(sorted), whole: JSON.stringify(whole.results) };
}

test(
  "one that only listens to what many objects say ends with what a scan finds",
  { timeout: 3_600_000 },
  () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { told, whole } = listen(history);
        expect(told).toBe(whole);
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }), endOnFailure: false },
    );
  },
);

test("incremental equals scan over random histories", { timeout: 3_600_000 }, () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { stream, whole, told, results } = play(history);
      expect(stream).toBe(whole);
      expect(told).toBe(results);
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }), endOnFailure: false },
  );
});

test("targets that settings name are those of a scan with the same settings, and fall away with them", () => {
  const labels = (app: string) => ({ name: app, namespace: "shop", labels: { app } });
  const pod = (app: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: labels(app),
    spec: { containers: [{ name: "app", image: `r.example/${app}:1`, ports: [{ containerPort: 80 }] }] },
  });
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: labels("web"),
    spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
  };
  const server = { kind: "cluster", name: "c", version: "v1.35.0" } as const;
  const options = { toolVersion: "0.0.0", server, takenAt: "2026-01-01T00:00:00Z" };
  const stream = createIncremental(library, options);
  stream.apply([
    { op: "gaps", gaps: [], covered: ["*"] },
    ...[pod("web"), pod("db"), service].map(
      (resource) => ({ op: "put", record: { resource, source: { file: "cluster" } } }) as const,
    ),
  ]);
  const told = (): string => JSON.stringify(stream.report());
  const before = told();
  const settings = { crownJewels: [{ name: "d*", criticality: "critical" }] } as const;
  stream.apply([{ op: "settings", settings }]);
  const named = told();
  expect(named).toBe(JSON.stringify(scan(stream.snapshot(), library, { toolVersion: "0.0.0", ...settings })));
  expect([before, named].map((text) => text.includes("Pod shop/db (critical)"))).toEqual([false, true]);
  stream.apply([{ op: "settings", settings: {} }]);
  expect(told()).toBe(before);
});
