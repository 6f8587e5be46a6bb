/** What is handed over: nothing late, nothing twice in a row, and nobody made to wait for one that fails. */
import { expect, test } from "vitest";
import type { ClusterChange as Change, ResourceRecord } from "@plimsoll/core";
import { createKernel } from "../../../../tests/simulation/kernel.ts";
import { pause } from "../doors.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { usualSettings } from "./settings.ts";

function record(name: string, version: number): ResourceRecord {
  const metadata = { name, namespace: "a", uid: `uid-${name}`, resourceVersion: String(version) };
  return { resource: { apiVersion: "v1", kind: "Pod", metadata }, source: { file: "cluster" } };
}

function put(delivery: Delivery, name: string, version: number, made?: () => void): void {
  const make = (): ResourceRecord => {
    made?.();
    return record(name, version);
  };
  delivery.add("pods", "v1/Pod", `a/${name}`, { op: "put", uid: `uid-${name}`, make });
}

function said(change: Change): string {
  if (change.op === "gaps") return `covered ${change.covered.join()}`;
  if (change.op === "remove") return `- ${change.name} ${change.uid}`;
  const { name, resourceVersion } = change.record.resource.metadata;
  return `${name} ${String(resourceVersion)}`;
}

const never = new AbortController().signal;

test("of 10,000 changes a second of one object the latest is always handed over within a second, others no later", async () => {
  const kernel = createKernel(1);
  let [made, newest, worst, quietAt] = [0, 0, 0, -1];
  const born = new Map<number, number>();
  const taker = async (changes: readonly Change[]): Promise<void> => {
    await pause(kernel.clock, 100); // a slow taker
    for (const change of changes) {
      const [name, version] = said(change).split(" ");
      if (name === "quiet") quietAt = kernel.clock.elapsed();
      else {
        newest = Number(version);
        worst = Math.max(worst, kernel.clock.elapsed() - born.get(newest)!);
      }
    }
  };
  const delivery = createDelivery(kernel.clock, usualSettings, taker, never);
  for (let version = 1; version <= 50_000; version += 1) {
    kernel.after(version / 10, () => {
      born.set(version, kernel.clock.elapsed());
      put(delivery, "busy", version, () => (made += 1));
      if (version === 20_000) put(delivery, "quiet", 1);
    });
  }
  await kernel.run(10_000);
  expect(newest).toBe(50_000);
  expect(worst).toBeLessThan(300);
  expect(quietAt).toBeLessThan(2_000 + 300);
  expect(made).toBeLessThan(60); // what is not handed over is not even looked at
});

test("an object that makes the taker fail, or hang, holds back no other, and is handed over once that is over", async () => {
  const kernel = createKernel(2);
  const taken: string[] = [];
  let sick = true;
  const taker = (changes: readonly Change[]): void | Promise<void> => {
    const names = changes.map(said);
    if (sick && names.some((name) => name.startsWith("throws"))) throw new Error("no");
    if (sick && names.some((name) => name.startsWith("hangs"))) return new Promise(() => undefined);
    taken.push(...names);
    return undefined;
  };
  const delivery = createDelivery(kernel.clock, usualSettings, taker, never);
  for (const name of ["one", "throws", "two", "hangs", "three"]) put(delivery, name, 1);
  await kernel.run(60_000);
  expect(taken.sort()).toEqual(["one 1", "three 1", "two 1"]);
  put(delivery, "throws", 2);
  put(delivery, "four", 1);
  await kernel.run(30_000);
  expect(taken).toContain("four 1");
  sick = false;
  await kernel.run(120_000);
  expect(taken.slice(-2).sort()).toEqual(["hangs 1", "throws 2"]);
  expect(delivery.pending()).toBe(0);
  expect(delivery.counts().thrown).toBeGreaterThan(2);
  expect(delivery.counts().hung).toBeGreaterThan(0);
});

test("an object that came and went is told of, and what is covered only after what it covers", async () => {
  const kernel = createKernel(3);
  const taken: string[] = [];
  const delivery = createDelivery(
    kernel.clock,
    usualSettings,
    (all) => void taken.push(...all.map(said)),
    never,
  );
  put(delivery, "short", 1);
  delivery.add("pods", "v1/Pod", "a/short", { op: "remove", uid: "uid-short" });
  put(delivery, "last", 1);
  delivery.mark([], ["v1/Pod"]);
  put(delivery, "later", 1);
  await kernel.run(10);
  expect(taken.slice(0, 3)).toEqual(["short 1", "- short uid-short", "last 1"]);
  expect(taken.indexOf("covered v1/Pod")).toBeGreaterThan(2);
});

test("what comes and goes while nobody takes is bounded", async () => {
  const kernel = createKernel(4);
  const taken: string[] = [];
  const taker = async (all: readonly Change[]): Promise<void> => {
    if (kernel.clock.elapsed() === 0) await pause(kernel.clock, 5_000);
    taken.push(...all.map(said));
  };
  const delivery = createDelivery(kernel.clock, usualSettings, taker, never);
  put(delivery, "first", 1);
  await kernel.run(1);
  for (let turn = 0; turn < 10_000; turn += 1) {
    const uid = `uid-${turn}`;
    delivery.add("pods", "v1/Pod", "a/flap", { op: "put", uid, make: () => record("flap", turn) });
    if (turn < 9_999) delivery.add("pods", "v1/Pod", "a/flap", { op: "remove", uid });
  }
  await kernel.run(20_000);
  expect(taken.length).toBeLessThan(12);
  expect(taken.at(-1)).toBe("flap 9999");
});
