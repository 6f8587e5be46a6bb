/** What was seen of workloads that are gone goes with history; what is there, and what cannot be seen to be gone, stays. */
import { expect, test } from "vitest";
import { openWorld, type Change } from "@plimsoll/cluster";
import type { Gap, Observation, Seen } from "@plimsoll/core";
import { deployment } from "../fixtures/service.ts";
import { usualSettings } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import type { Store } from "../store/store.ts";
import { quiet } from "../fixtures/quiet.ts";
import { createPipeline } from "./pipeline.ts";
import type { Pipeline } from "./shape.ts";

const { clock } = await openWorld();
const library = { controls: [], frameworks: [] };
const day = 86_400_000;
const start = Date.parse("2026-03-01T00:00:00Z");
const retention = { ...usualSettings.retention, historyDays: 30 };

const put = (name: string): Change => ({
  op: "put",
  record: { resource: deployment("shop", name), source: { file: "cluster" } },
});
const blind: Gap = { reason: "forbidden", source: "cluster", message: "", kinds: ["example/v1/Rollout"] };

async function begin(store: Store, changes: readonly Change[], gaps: readonly Gap[] = []): Promise<Pipeline> {
  const pipeline = createPipeline({
    ...quiet,
    clock,
    store,
    library,
  });
  pipeline.take([{ op: "gaps", gaps, covered: ["apps/v1/Deployment"] }, ...changes]);
  pipeline.begin();
  pipeline.lead(1);
  await expect.poll(() => pipeline.status().committed, { timeout: 30_000 }).toBeGreaterThan(0);
  return pipeline;
}

function seenOf(workload: string, workloadKind = "Deployment", path = "/bin/app"): Seen {
  const at = "2026-03-01T00:00:00Z";
  const observation: Observation = {
    container: { namespace: "shop", workloadKind, workload, container: "app" },
    detail: { kind: "exec", path, args: [] },
    sensor: "plimsoll-ebpf",
    trust: "kernel",
    support: [{ pod: `${workload}-1`, provenance: "n1", first: at, last: at, count: 1 }],
  };
  return { observations: [observation], watches: [], detections: [] };
}

const kept = async (store: Store) =>
  (await store.parts("c", "observation")).map(({ value }) => (value as Observation).container.workload);

/** A look of who keeps the store, until what it forgot is told. */
async function look(store: Store, pipeline: Pipeline): Promise<void> {
  const { told } = await store.retain(retention);
  const { judged } = pipeline.status();
  if (told?.["c"] === undefined) return;
  pipeline.forget(told["c"]);
  await expect.poll(() => pipeline.status().judged, { timeout: 30_000 }).toBeGreaterThan(judged);
}

test("sightings of what is gone are forgotten after the time of history, over a restart; others are kept", async () => {
  let now = start;
  const store = await openMemoryStore({ ...clock, now: () => now });
  const one = await begin(store, [put("web"), put("gone"), put("young")]);
  for (const each of ["web", "gone", "young"]) await one.observe(seenOf(each));
  await one.observe(seenOf("blind", "Rollout"));
  await store.retain(retention);
  await one.stop();
  const two = await begin(store, [put("web")], [blind]);
  for (; now < start + 5 * day; now += day) await look(store, two);
  await two.observe(seenOf("young", "Deployment", "/bin/again"));
  const all = ["blind", "gone", "web", "young", "young"];
  for (; now < start + 29 * day; now += day) await look(store, two);
  expect((await kept(store)).toSorted()).toEqual(all);
  // A clock a year ahead erases nothing.
  now += 365 * day;
  for (let turn = 0; turn < 5; turn += 1) await look(store, two);
  expect((await kept(store)).toSorted()).toEqual(all);
  for (now = start + 29 * day; now <= start + 31 * day; now += day) await look(store, two);
  expect((await kept(store)).toSorted()).toEqual(all); // what is away for a moment is made anew
  await look(store, two);
  const left = ["blind", "web", "young", "young"].toSorted();
  await expect.poll(async () => (await kept(store)).toSorted(), { timeout: 30_000 }).toEqual(left);
  expect(two.snapshot().observations).toHaveLength(4);
  await two.stop();
  const three = await begin(store, [put("web")]);
  expect(three.snapshot().observations).toHaveLength(4);
  for (now = start + 32 * day; now < start + 40 * day; now += day) await look(store, three);
  await expect.poll(() => kept(store), { timeout: 30_000 }).toEqual(["web"]);
  await three.stop();
  expect(await store.verify()).toEqual([]);
  await store.close();
});

test("what was handed in of an image that no workload runs any more goes after a month; what runs, or may, stays", async () => {
  const store = await openMemoryStore({ ...clock, now: () => start });
  let now = start;
  const pipeline = createPipeline({ ...quiet, clock: { ...clock, now: () => now }, store, library });
  pipeline.take([{ op: "gaps", gaps: [], covered: ["apps/v1/Deployment"] }, put("web")]);
  pipeline.begin();
  pipeline.lead(1);
  await expect.poll(() => pipeline.status().committed, { timeout: 30_000 }).toBeGreaterThan(0);
  const given = (key: string, reference: string) => ({
    key,
    image: { reference, sources: ["trivy"], readAt: new Date(start).toISOString() },
  });
  const images = [
    given("scanner flaws run", "registry.example/app:1"),
    given("scanner flaws gone", "registry.example/app:0"),
    given("list gone", "registry.example/gone"),
  ];
  await pipeline.observe({ observations: [], watches: [], detections: [] }, images);
  const keys = () => pipeline.given.keys();
  const lookOnce = async (): Promise<void> => {
    const { judged } = pipeline.status();
    pipeline.forget(undefined);
    await expect.poll(() => pipeline.status().judged, { timeout: 30_000 }).toBeGreaterThan(judged);
  };
  const all = ["list gone", "scanner flaws gone", "scanner flaws run"];
  now = start + 29 * day;
  await lookOnce();
  await lookOnce();
  expect(keys()).toEqual(all);
  now = start + 31 * day;
  await lookOnce();
  expect(keys()).toEqual(all);
  // A kind of workloads that cannot be seen may run it.
  const blinded: Gap = { ...blind, kinds: ["apps/v1/DaemonSet"] };
  pipeline.take([{ op: "gaps", gaps: [blinded], covered: [] }]);
  await lookOnce();
  expect(keys()).toEqual(all);
  pipeline.take([{ op: "gaps", gaps: [], covered: ["apps/v1/Deployment"] }]);
  await lookOnce();
  expect(keys()).toEqual(["scanner flaws run"]);
  await expect.poll(async () => (await store.parts("c", "image")).length, { timeout: 30_000 }).toBe(1);
  await pipeline.stop();
  await store.close();
});
