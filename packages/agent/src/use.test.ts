/** What is measured of a container's cgroup, of either version, and what becomes of it in its watch. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Peaks } from "@plimsoll/core";
import { afterAll, expect, test } from "vitest";
import { Collector } from "./collect.ts";
import { hierarchyAt, type ContainerId } from "./containers.ts";
import { Peaking } from "./peaking.ts";
import { flag, type RawRecord } from "./record.ts";
import { measureIn, type Use } from "./use.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-use-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Files {
  readonly [path: string]: string;
}

let trees = 0;
function tree(files: Files): string {
  const root = join(folder, String((trees += 1)));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const path = "/kubepods/burstable/poda/b";
const container: ContainerId = { id: "b".repeat(64), path };

const v1: Files = {
  [`memory${path}/memory.max_usage_in_bytes`]: "94371840\n",
  [`memory${path}/memory.stat`]:
    "cache 5\nrss 1\nshmem 2\ntotal_cache 50\ntotal_rss 1000\ntotal_rss_huge 7\ntotal_shmem 24\n",
  [`memory${path}/memory.failcnt`]: "3\n",
  [`cpuacct${path}/cpuacct.usage`]: "2500000000\n",
  [`cpu${path}/cpu.stat`]: "nr_periods 10\nnr_throttled 4\nthrottled_time 9\n",
  "pids/tasks": "",
};
const v2: Files = {
  "cgroup.controllers": "cpu memory\n",
  [`${path}/memory.peak`]: "94371840\n",
  [`${path}/memory.stat`]: "anon 1000\nfile 50\nkernel 9\nshmem 24\nanon_thp 7\n",
  [`${path}/memory.events`]: "low 0\nhigh 0\nmax 3\noom 1\n",
  [`${path}/cpu.stat`]: "usage_usec 2500000\nuser_usec 1\nnr_periods 10\nnr_throttled 4\n",
};
const whole: Use = {
  memoryBytes: 94_371_840,
  unreclaimableBytes: 1_024,
  memoryLimitHits: 3,
  cpuNanoseconds: 2_500_000_000,
  throttledPeriods: 4,
};

const without = (files: Files, name: string): Files =>
  Object.fromEntries(Object.entries(files).filter(([file]) => !file.endsWith(name)));
const { memoryBytes: _peak, ...peakless } = whole;
const { throttledPeriods: _throttled, ...unthrottled } = whole;

test.each([
  ["v1", v1, container, whole],
  ["v2", v2, container, whole],
  ["v2 of a kernel that keeps no peak", without(v2, "memory.peak"), container, peakless],
  ["v1 without the controller of processor time", without(v1, "cpu.stat"), container, unthrottled],
  [
    "a cgroup that counts nothing",
    {
      ...v1,
      [`memory${path}/memory.max_usage_in_bytes`]: "0\n",
      [`memory${path}/memory.stat`]: "total_rss 0\ntotal_shmem 0\n",
      [`cpuacct${path}/cpuacct.usage`]: "0\n",
    },
    container,
    { memoryLimitHits: 3, throttledPeriods: 4 },
  ],
  ["a cgroup that is gone", v1, { ...container, path: "/kubepods/gone" }, undefined],
  ["a path that is not known", v1, { id: container.id }, undefined],
  ["a path from another namespace", v1, { ...container, path: `/../..${path}` }, undefined],
  [
    "files that hold no numbers",
    {
      ...v2,
      [`${path}/memory.peak`]: "max\n",
      [`${path}/memory.events`]: "",
      [`${path}/memory.stat`]: "anon\n",
    },
    container,
    { cpuNanoseconds: 2_500_000_000, throttledPeriods: 4 },
  ],
] as const)("%s", (_, files, of, use) => {
  expect(measureIn(hierarchyAt(tree(files)))(of)).toEqual(use);
});

type Step = readonly [seconds: number, use: Use | undefined];

function folded(fromStart: boolean, steps: readonly Step[]): Peaks | undefined {
  const peaking = new Peaking(0, fromStart);
  for (const [seconds, use] of steps) peaking.take(use, seconds * 1_000);
  return peaking.peaks();
}
const used = (seconds: number): Use => ({ cpuNanoseconds: seconds * 1e9 });

test.each([
  ["nothing was read", true, [[1, undefined]], undefined],
  ["from its start the first look tells a mean", true, [[2, used(1)]], { cpuMillicores: 500, cpuSeconds: 2 }],
  ["of a container that was there before it does not", false, [[2, used(900)]], undefined],
  [
    "the greatest mean and the longest time between two looks",
    false,
    [
      [0, used(0)],
      [1, used(0.25)],
      [6, used(0.5)],
    ],
    { cpuMillicores: 250, cpuSeconds: 5 },
  ],
  [
    "less than a second is no mean, and is not forgotten",
    false,
    [
      [0, used(0)],
      [0.5, used(0.5)],
      [1, used(0.5)],
    ],
    { cpuMillicores: 500, cpuSeconds: 1 },
  ],
  [
    "a clock that was set back",
    false,
    [
      [9, used(0)],
      [2, used(3)],
      [4, used(3)],
    ],
    { cpuMillicores: 0, cpuSeconds: 2 },
  ],
  [
    "what is held comes and goes, its peak stays",
    false,
    [
      [1, { memoryBytes: 9, unreclaimableBytes: 8, memoryLimitHits: 0 }],
      [2, { memoryBytes: 9, unreclaimableBytes: 2, memoryLimitHits: 1 }],
    ],
    { memoryBytes: 9, unreclaimableBytes: 8, memoryLimitHits: 1 },
  ],
] as const)("peaks: %s", (_, fromStart, steps, peaks) => {
  expect(folded(fromStart, steps)).toEqual(peaks);
});

test("it is looked at often while it is young, and every five seconds then", () => {
  const peaking = new Peaking(0, true);
  const looks: number[] = [];
  for (let now = 0; now <= 60_000; now += 500) {
    if (!peaking.isDue(now)) continue;
    looks.push(now / 1_000);
    peaking.take(undefined, now);
  }
  expect(looks.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(looks.slice(-3)).toEqual([47, 52, 57]);
});

test("a watch carries the peaks of its container, also when it ended meanwhile, and is not read for once it is gone", () => {
  const root = tree(v1);
  const looked: string[] = [];
  const measure = measureIn(hierarchyAt(root));
  const collect = new Collector({
    bootedAt: 0,
    sensor: "plimsoll",
    provenance: "node-1",
    sight: { exec: "whole" },
    architecture: "x86_64",
    patience: 1_000,
    most: 10,
    measure: (of) => {
      looked.push(of.id);
      return measure(of);
    },
  });
  const head = { number: 0, flags: 0, process: 10, parent: 1, time: 1_000_000_000n, cgroup: 5n, user: 0 };
  const rest = { mountNamespace: 1, netNamespace: 1, result: 0, command: "app", root: 10 };
  const file = { inode: 1n, device: 1, mode: 0o100755, owner: 0, group: 0 };
  const exec = { ...head, ...rest, kind: "exec", path: "/app", called: "/app", arguments: ["/app"], file };
  const take = (record: object): void =>
    collect.take({
      record: { capabilities: 0n, realUser: 0, ...record } as RawRecord,
      container,
      fromStart: true,
    });
  take({ ...exec, flags: flag.secure });
  const key = { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" };
  const peaksAt = (now: number): Peaks | undefined =>
    collect.batch(() => ({ key, pod: "web" }), now).watches[0]?.peaks;
  const peaks = {
    memoryBytes: 94_371_840,
    unreclaimableBytes: 1_024,
    memoryLimitHits: 3,
    cpuMillicores: 1_250,
    cpuSeconds: 2,
    throttledPeriods: 4,
  };
  expect(peaksAt(3_000)).toEqual(peaks);
  expect(peaksAt(3_500)).toEqual(peaks);
  expect(looked).toHaveLength(1);
  rmSync(root, { recursive: true });
  take({ ...head, ...rest, kind: "cgroup", number: 2, path, time: 4_000_000_000n });
  expect(peaksAt(5_000)).toEqual(peaks);
  expect(looked).toHaveLength(1);
});
