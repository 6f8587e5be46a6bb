/**
 * The agent's figures, measured where it runs and printed: processor time for each event and at rest, memory, how much is
 * folded in the kernel, what a server pays, and that memory stays flat over a million containers. No time is asserted.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Collector, type RawRecord } from "@plimsoll/agent";
import { afterAll, afterEach, expect, test } from "vitest";
import { hierarchy, look, openBox, work, type Box } from "./box.ts";
import { listening, said, services, write } from "./oracle/services.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-figures-"));
afterAll(() => rmSync(folder, { recursive: true }));

let boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes) box.remove();
  boxes = [];
});

/** The agent as it runs on a node, in a process of its own that says at its end what it used. */
const agentScript = `
  import { runAgent, hierarchyAt, possibleProcessors, namesAlone } from "./packages/agent/src/index.ts";
  const stop = new AbortController();
  process.on("SIGTERM", () => stop.abort());
  let behaviours = 0, begun, at;
  const report = await runAgent({
    hierarchy: hierarchyAt("/sys/fs/cgroup"), processors: possibleProcessors(), process: process.pid, proc: "/proc",
    recordCalls: false, provenance: "test", names: namesAlone(), tier: "ebpf", batchEvery: 1000,
    only: new Set(process.argv.slice(1).map(BigInt)),
    opened: () => { begun = process.cpuUsage(); at = performance.now(); console.log("open " + Math.round(at)); },
    ship: async ({ observations }) => { behaviours += observations.length; },
  }, stop.signal);
  const { user, system } = process.cpuUsage(begun);
  const { maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ lost: report.lost, behaviours, microseconds: user + system, milliseconds: performance.now() - at, maxRss: maxRSS / 1024 }));`;

interface Used {
  readonly lost: number;
  readonly behaviours: number;
  /** Processor time since it began to look. */
  readonly microseconds: number;
  readonly milliseconds: number;
  /** Mebibytes. */
  readonly maxRss: number;
  /** Milliseconds from the process's start until it looked. */
  readonly ready: number;
}

async function usedWhile(cgroups: readonly bigint[], during: () => Promise<unknown>): Promise<Used> {
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", agentScript, "--", ...cgroups.map(String)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
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

test("processor time for each event, and memory: 200,000 files opened as quickly as it goes", async () => {
  const files = join(folder, "many");
  mkdirSync(files);
  boxes = [openBox(), openBox(), openBox(), openBox(), openBox()];
  await boxes[4]!.run(work, "make", files, "50000");
  const used = await usedWhile(
    boxes.slice(0, 4).map(({ cgroup }) => cgroup),
    async () => {
      for (const box of boxes.slice(0, 4)) await box.run(work, "open", files, "50000", "50000");
      await wait(1_500);
    },
  );
  console.log(
    `${(used.microseconds / 200_000).toFixed(2)} µs of the agent's processor time for each event, ${used.lost} lost, at most ${Math.round(used.maxRss)} MiB resident, looking ${used.ready} ms after its start`,
  );
  expect(used.lost).toBe(0);
});

test("at rest", async () => {
  boxes = [openBox()];
  const used = await usedWhile(
    boxes.map(({ cgroup }) => cgroup),
    () => wait(15_000),
  );
  const share = used.microseconds / 10 / used.milliseconds;
  console.log(`at rest ${share.toFixed(2)} % of a core, at most ${Math.round(used.maxRss)} MiB resident`);
  expect(used.lost).toBe(0);
});

const connections = 20;
const perConnection = 200;
const rounds = 7;

test(
  "what nginx pays: processor time for each request with and without the agent, in turn",
  { timeout: 180_000 },
  async () => {
    const nginx = services.find(({ id }) => id === "nginx")!;
    write(folder, "nginx");
    const box = openBox();
    boxes = [box];
    const child = spawn(
      "/bin/sh",
      [
        "-c",
        'echo $$ > "$0/cgroup.procs" && exec unshare -m "$@"',
        join(hierarchy.root, box.id),
        ...nginx.command(folder),
      ],
      { cwd: folder, env: { PATH: "/usr/bin:/bin", ...nginx.environment?.(folder) }, stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.on("close", resolve));
    try {
      await listening(nginx);
      await load(nginx.port); // warm
      const ratios = { looking: [] as number[], recording: [] as number[] };
      let folded = "";
      for (let round = 0; round < rounds; round += 1) {
        const without = await costOf(box, nginx.port);
        for (const kind of ["looking", "recording"] as const) {
          const seen = look(new Set([box.cgroup]));
          if (kind === "recording") seen.sensor.recordCalls(true);
          const cost = await costOf(box, nginx.port);
          await seen.settle();
          expect(seen.sensor.lost()).toBe(0);
          const all = [...seen.sensor.counts().values()];
          const told = all.reduce((sum, each) => sum + each.told, 0);
          const repeated = all.reduce((sum, each) => sum + each.repeated, 0);
          folded = `${told} told of ${told + repeated} events, ${((100 * repeated) / (told + repeated)).toFixed(2)} % folded in the kernel`;
          seen.close();
          ratios[kind].push(cost / without);
        }
      }
      for (const [kind, list] of Object.entries(ratios)) {
        const sorted = list.toSorted((a, b) => a - b);
        console.log(
          `nginx with the agent ${kind}: ${sorted[Math.floor(sorted.length / 2)]!.toFixed(3)} of its processor time without (${sorted[0]!.toFixed(3)} to ${sorted.at(-1)!.toFixed(3)}, ${rounds} pairs)`,
        );
      }
      console.log(folded);
    } finally {
      for (const id of processesIn(box)) process.kill(id, "SIGTERM");
      await ended;
    }
  },
);

function processesIn(box: Box): readonly number[] {
  const list = readFileSync(join(hierarchy.root, box.id, "cgroup.procs"), "utf8").trim();
  return list === "" ? [] : list.split("\n").map(Number);
}

/** Nanoseconds of processor time that the box's processes have used: each is one thread. */
function timeOf(box: Box): number {
  return processesIn(box).reduce(
    (sum, id) => sum + Number(readFileSync(`/proc/${id}/schedstat`, "utf8").split(" ")[0]),
    0,
  );
}

async function costOf(box: Box, port: number): Promise<number> {
  const start = timeOf(box);
  await load(port);
  return timeOf(box) - start;
}

/** A file on each request, many requests on each connection. */
async function load(port: number): Promise<void> {
  const one = "GET /deep/page.html HTTP/1.1\r\nHost: here\r\n\r\n".repeat(perConnection - 1);
  const last = "GET /index.html HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
  for (let at = 0; at < connections; at += 1) await said(port, one + last);
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
  yield { ...head, kind: "cgroup", number: 2, path: "" };
}

test("memory stays flat over a million containers that come and go", { timeout: 180_000 }, () => {
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
