/**
 * S12: the pipeline over a long time. Pods come, change and go under ever new names, containers are seen at work, and the
 * store forgets: what is held must not grow with what has passed. `EVENTS` sets how many changes at the least.
 */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Change } from "@plimsoll/cluster";
import type { Seen } from "@plimsoll/core";
import { createKernel } from "../../../../tests/simulation/kernel.ts";
import { libraryShare } from "../../../../tests/simulation/share.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import { giveBack } from "../threads/memory.ts";
import { quiet } from "../fixtures/quiet.ts";
import { createPipeline } from "./pipeline.ts";

const { EVENTS: asked = "3000" } = process.env;
const events = Number(asked);
const live = 100;
const atOnce = 100;
const retention = { historyDays: 0.001, exactDays: 0.001, dailySnapshots: 0 };
/** Slopes are told by means of two ends: the first part is warming up, and is not counted. */
const looks = 20;

test("S12: what is held does not grow with what has passed", { timeout: 1_800_000 }, async () => {
  const kernel = createKernel(12);
  const store = await openMemoryStore(kernel.clock);
  const pipeline = createPipeline({
    ...quiet,
    clock: kernel.clock,
    store,
    library: libraryShare(12),
  });
  pipeline.take([{ op: "gaps", gaps: [], covered: ["v1/Pod"] }]);
  pipeline.begin();
  pipeline.lead(1);
  await kernel.run(1_000);
  const pods: string[] = [];
  let [serial, version] = [0, 0];
  const change = (): Change => {
    version += 1;
    const draw = kernel.random.next();
    if (pods.length >= live && draw < 0.3) {
      const [name] = pods.splice(kernel.between(0, pods.length - 1), 1);
      return { op: "remove", kind: "v1/Pod", namespace: "shop", name: name!, uid: `uid-${name}` };
    }
    const name = pods.length < live ? `web-${(serial += 1)}` : kernel.pick(pods);
    if (!pods.includes(name)) pods.push(name);
    return put(name, version, kernel.chance(0.5));
  };
  const held: number[] = [];
  const opened: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    for (let passed = 0; passed < events / looks; passed += atOnce) {
      pipeline.take(Array.from({ length: atOnce }, change));
      void pipeline.observe(seenOf(`web-${kernel.between(0, 5)}`, kernel.clock.now()));
      await kernel.run(400);
    }
    await kernel.run(5_000);
    await store.retain(retention);
    giveBack();
    held.push(process.memoryUsage().heapUsed);
    opened.push(openNow());
  }
  const early = mean(held.slice(looks / 4, looks / 2));
  const late = mean(held.slice(-looks / 4));
  console.log(
    `S12: ${version} changes of ${serial} pods, ${pipeline.status().committed} commits; ${MB(early)} MB held early, ${MB(late)} MB late, ${((late / early - 1) * 100).toFixed(1)} %; ${opened.at(-1)} things open`,
  );
  expect(late / early).toBeLessThan(1.05);
  // One that is left open for each batch or commit would be tens.
  expect(opened.at(-1)).toBeLessThanOrEqual(Math.max(...opened.slice(0, looks / 2)) + 3);
  expect(pipeline.status().waiting).toBe(0);
  await pipeline.stop();
  await store.close();
});

/** File descriptors, and what keeps the process alive: sockets, timers, threads. */
function openNow(): number {
  return readdirSync("/proc/self/fd").length + process.getActiveResourcesInfo().length;
}

function put(name: string, version: number, privileged: boolean): Change {
  const metadata = { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: String(version) };
  const containers = [{ name: "app", image: "registry.example/app:1", securityContext: { privileged } }];
  const resource = { apiVersion: "v1", kind: "Pod", metadata, spec: { containers } };
  return { op: "put", record: { resource, source: { file: "cluster" } } };
}

function seenOf(pod: string, now: number): Seen {
  const at = new Date(now).toISOString();
  const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
  const support = [{ pod, provenance: "n1", first: at, last: at, count: 1 }];
  const detail = { kind: "exec", path: "/bin/app", args: [] } as const;
  return {
    observations: [{ container, detail, sensor: "plimsoll-ebpf", trust: "kernel", support }],
    watches: [],
    detections: [],
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function MB(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
