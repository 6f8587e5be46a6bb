/**
 * The agent's figures, measured where it runs and printed: processor time for each event and at rest, memory, how much is
 * folded in the kernel, what a server pays, and that memory stays flat over a million containers. No time is asserted.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Collector, type Counts, type RawRecord } from "@plimsoll/agent";
import { rolldown } from "rolldown";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { hierarchy, look, openBox, work, type Box } from "./box.ts";
import { listening, said, services, write } from "./oracle/services.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-figures-"));
afterAll(() => rmSync(folder, { recursive: true }));

let boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes) box.remove();
  boxes = [];
});

/** Bundled as it is shipped: what Node needs to read TypeScript is no part of the agent. */
beforeAll(async () => {
  const build = await rolldown({
    input: join(import.meta.dirname, "figures/process.ts"),
    platform: "node",
    external: ["koffi"],
  });
  await build.write({ file: join(folder, "bin/agent.js"), format: "es" });
  await build.close();
  const root = join(import.meta.dirname, "../..");
  cpSync(join(root, "packages/agent/bpf"), join(folder, "bpf"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

/** What Node is told in the manifest that we ship. */
const manifest = readFileSync(join(import.meta.dirname, "../../deploy/plimsoll.yaml"), "utf8");
const flags = /args: \[(.*), \S+agent\.js\]/.exec(manifest)?.[1]?.split(", ") ?? [];

interface Used {
  readonly lost: number;
  /** Events of files that were told. */
  readonly files: number;
  /** Events of programs that were told, and the same as the kernel counted them. */
  readonly programs: number;
  readonly execs: Counts;
  /** Processor time since it began to look. */
  readonly microseconds: number;
  readonly milliseconds: number;
  /** Mebibytes. */
  readonly maxRss: number;
  /** Milliseconds from the process's start until it looked. */
  readonly ready: number;
}

async function usedWhile(cgroups: readonly bigint[], during: () => Promise<unknown>): Promise<Used> {
  const child = spawn(process.execPath, [...flags, join(folder, "bin/agent.js"), ...cgroups.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise((resolve) => child.on("close", resolve));
  for (let left = 200; !out.includes("open") && left > 0; left -= 1) await wait(50);
  await during();
  child.kill("SIGTERM");
  await ended;
  const [first = "", last = ""] = out.trim().split("\n");
  return { ...(JSON.parse(last) as Omit<Used, "ready">), ready: Number(first.split(" ")[1]) };
}

const files = join(folder, "many");

/** 50,000 files opened in each of four boxes, `rate` a second; 0: as quickly as it goes. */
async function usedByOpens(rate: number): Promise<Used & { readonly rate: number }> {
  boxes = [openBox(), openBox(), openBox(), openBox(), openBox()];
  if (!existsSync(files)) {
    mkdirSync(files);
    await boxes[4]!.run(work, "make", files, "50000");
  }
  let taken = 0;
  const used = await usedWhile(
    boxes.slice(0, 4).map(({ cgroup }) => cgroup),
    async () => {
      const began = performance.now();
      for (const box of boxes.slice(0, 4)) await box.run(work, "open", files, "50000", "50000", String(rate));
      taken = performance.now() - began;
      await wait(1_500);
    },
  );
  return { ...used, rate: 200_000_000 / taken };
}

function shareOf({ microseconds, milliseconds }: Used): string {
  return `${(microseconds / 10 / milliseconds).toFixed(2)} % of a core`;
}

test("processor time for each event, and memory: 200,000 files opened as quickly as it goes", async () => {
  const used = await usedByOpens(0);
  console.log(
    `${(used.microseconds / 200_000).toFixed(2)} µs of the agent's processor time for each event at ${Math.round(used.rate)} a second, ${used.lost} lost, at most ${Math.round(used.maxRss)} MiB resident, looking ${used.ready} ms after its start`,
  );
  expect(used.lost).toBe(0);
  expect(used.files).toBeGreaterThanOrEqual(200_000);
});

test("the rate that is stated, 10,000 distinct events a second for twenty seconds: none is lost", async () => {
  const used = await usedByOpens(10_000);
  console.log(
    `${Math.round(used.rate)} distinct events a second: ${shareOf(used)}, ${used.lost} lost, at most ${Math.round(used.maxRss)} MiB resident`,
  );
  expect(used.lost).toBe(0);
  expect(used.files).toBeGreaterThanOrEqual(200_000);
});

test("case 106: 20,000 programs as quickly as they go, four at a time, with four kilobytes of arguments each", async () => {
  boxes = [openBox(), openBox(), openBox(), openBox()];
  const each = 5_000;
  let taken = 0;
  const used = await usedWhile(
    boxes.map(({ cgroup }) => cgroup),
    async () => {
      const began = performance.now();
      await Promise.all(boxes.map((box) => box.run(work, "flood", work, String(each))));
      taken = performance.now() - began;
      await wait(1_500);
    },
  );
  const { told, lost } = used.execs;
  console.log(
    `${Math.round((each * 4_000) / taken)} programs a second: ${shareOf(used)}, ${(used.microseconds / each / 4).toFixed(1)} µs for each program, its end and its files, ${lost} of ${told + lost} lost, at most ${Math.round(used.maxRss)} MiB resident`,
  );
  // Each box's own way in: `unshare`, which becomes the flood.
  expect(told + lost).toBe(4 * (each + 2));
  expect(used.programs).toBe(told);
});

test("at rest", async () => {
  boxes = [openBox()];
  const used = await usedWhile(
    boxes.map(({ cgroup }) => cgroup),
    () => wait(15_000),
  );
  console.log(`at rest ${shareOf(used)}, at most ${Math.round(used.maxRss)} MiB resident`);
  expect(used.lost).toBe(0);
});

test("what a system call costs in which nobody is interested, without the agent, with it, and recorded", async () => {
  const box = openBox();
  boxes = [box];
  const call = async (): Promise<number> => Number(await box.run(work, "idle", "2000000"));
  const costs: { readonly without: number; readonly looking: number; readonly recording: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const without = await call();
    const seen = look(new Set([box.cgroup]));
    const looking = (await call()) - without;
    seen.sensor.recordCalls(true);
    const recording = (await call()) - without;
    seen.close();
    costs.push({ without, looking, recording });
  }
  const middle = (kind: "without" | "looking" | "recording"): string => {
    const sorted = costs.map((each) => each[kind]).toSorted((a, b) => a - b);
    return sorted.at(Math.floor(rounds / 2))!.toFixed(0);
  };
  console.log(
    `getppid: ${middle("without")} ns without the agent, ${middle("looking")} ns more with it, ${middle("recording")} ns more while system calls are recorded (medians of ${rounds})`,
  );
  expect(costs).toHaveLength(rounds);
});

const requests = 2_000;
const rounds = 5;
const loads = { "200 requests on each connection": 200, "one request on each connection": 1 };

test(
  "what nginx pays: processor time for each request with and without the agent, in turn",
  { timeout: 600_000 },
  async () => {
    const nginx = services.find(({ id }) => id === "nginx")!;
    write(folder, "nginx");
    const box = openBox();
    boxes = [box];
    const enter = 'echo $$ > "$0/cgroup.procs" && exec unshare -m "$@"';
    const child = spawn("/bin/sh", ["-c", enter, join(hierarchy.root, box.id), ...nginx.command(folder)], {
      cwd: folder,
      env: { PATH: "/usr/bin:/bin", ...nginx.environment?.(folder) },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    try {
      await listening(nginx);
      for (const [name, each] of Object.entries(loads)) {
        await load(nginx.port, each); // warm
        const pairs = [];
        for (let round = 0; round < rounds; round += 1) pairs.push(await pairOf(box, nginx.port, each));
        tellOf(name, pairs);
      }
    } finally {
      box.end();
      await ended;
    }
  },
);

/** Nanoseconds of nginx' processor time for each request. */
interface Pair {
  readonly without: number;
  readonly looking: number;
  readonly recording: number;
  readonly folded: number;
}

async function pairOf(box: Box, port: number, each: number): Promise<Pair> {
  const without = await costOf(box, port, each);
  const [looking, folded] = await watched(box, port, each, false);
  const [recording] = await watched(box, port, each, true);
  return { without, looking, recording, folded };
}

async function watched(
  box: Box,
  port: number,
  each: number,
  records: boolean,
): Promise<readonly [number, number]> {
  const seen = look(new Set([box.cgroup]));
  seen.sensor.recordCalls(records);
  const cost = await costOf(box, port, each);
  await seen.settle();
  expect(seen.sensor.lost()).toBe(0);
  const all = [...seen.sensor.counts().values()];
  seen.close();
  const told = all.reduce((sum, kind) => sum + kind.told, 0);
  const repeated = all.reduce((sum, kind) => sum + kind.repeated, 0);
  return [cost, (100 * repeated) / (told + repeated)];
}

function tellOf(name: string, pairs: readonly Pair[]): void {
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const micro = (kind: "without" | "looking" | "recording"): string =>
    (middle(pairs.map((pair) => pair[kind])) / 1_000).toFixed(1);
  const ratio = (kind: "looking" | "recording"): string =>
    middle(pairs.map((pair) => pair[kind] / pair.without)).toFixed(2);
  console.log(
    `nginx, ${name}: ${micro("without")} µs of its processor time for each without the agent, ${micro("looking")} with it (${ratio("looking")} of it, median of ${pairs.length} pairs), ${micro("recording")} while system calls are recorded (${ratio("recording")}); ${middle(pairs.map(({ folded }) => folded)).toFixed(2)} % of events folded in the kernel`,
  );
}

/** Nanoseconds of processor time that the box's processes have used: each is one thread. */
function timeOf(box: Box): number {
  return box
    .processes()
    .reduce((sum, id) => sum + Number(readFileSync(`/proc/${id}/schedstat`, "utf8").split(" ")[0]), 0);
}

async function costOf(box: Box, port: number, each: number): Promise<number> {
  const start = timeOf(box);
  await load(port, each);
  return (timeOf(box) - start) / requests;
}

async function load(port: number, each: number): Promise<void> {
  const one = "GET /deep/page.html HTTP/1.1\r\nHost: here\r\n\r\n".repeat(each - 1);
  const last = "GET /index.html HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
  for (let done = 0; done < requests; done += each) await said(port, one + last);
}

const million = 1_000_000;
const atOnce = 200;

/** What the kernel tells of one short container. */
function* lifeOf(number: number): Generator<RawRecord> {
  const process = 1_000 + (number % 30_000);
  const head = {
    number: 0,
    flags: 0,
    process,
    parent: 1,
    time: BigInt(number) * 1_000_000n,
    cgroup: BigInt(number),
    user: 0,
    mountNamespace: number,
    netNamespace: number,
    result: 0,
    command: "app",
    root: process,
  };
  const file = { inode: 7n, device: 1, mode: 0o100755, owner: 0, group: 0 };
  const path = "/usr/bin/app";
  yield {
    ...head,
    kind: "exec",
    path,
    called: path,
    arguments: [path, String(number)],
    file,
    capabilities: 0n,
    realUser: 0,
  };
  yield { ...head, kind: "file", path: `/tmp/${number}`, openFlags: 0, file, parentDirectory: file };
  yield { ...head, kind: "exit" };
  yield { ...head, kind: "cgroup", number: 2, path: "", maker: 1n, above: 1n };
}

test("memory stays flat over a million containers that come and go", { timeout: 600_000 }, () => {
  const collector = new Collector({
    bootedAt: Date.parse("2026-01-01T00:00:00Z"),
    sensor: "plimsoll",
    provenance: "test",
    sight: { exec: "whole" },
    architecture: "x86_64",
    patience: 1_000,
    most: 5_000,
  });
  const heap: number[] = [];
  let told = 0;
  const began = process.cpuUsage();
  for (let number = 0; number < million; number += 1) {
    const container = { id: number.toString(16).padStart(64, "0") };
    for (const record of lifeOf(number)) collector.take({ record, container, fromStart: true });
    if (number % atOnce === atOnce - 1) {
      const { watches } = collector.batch(
        ({ id }) => ({
          key: { namespace: "a", workloadKind: "Job", workload: "j", container: "app" },
          pod: id.slice(-8),
        }),
        Date.parse("2026-01-01T00:00:00Z") + number,
      );
      told += watches.length;
    }
    if (number % (million / 10) === million / 10 - 1) {
      globalThis.gc?.();
      heap.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
    }
  }
  const { user, system } = process.cpuUsage(began);
  console.log(
    `${told} containers told, MiB of heap at each tenth: ${heap.join(" ")}; ${((user + system) / million).toFixed(1)} µs each`,
  );
  expect(told).toBe(million);
  expect(collector.untold()).toEqual({ nameless: 0, crowded: 0 });
  expect(heap.at(-1)! - heap[0]!).toBeLessThan(8);
});
