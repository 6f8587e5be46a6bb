/** A cgroup of its own with the name of a container's, in which a test runs programs, and a sensor that looks at it. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { joinSeen, nothingSeen, type Seen } from "@plimsoll/core";
import {
  bootTime,
  Collector,
  EbpfSensor,
  hierarchyAt,
  namesAlone,
  possibleProcessors,
  sightOfEbpf,
  type Counts,
  type Kind,
  type Names,
  type Told,
} from "@plimsoll/agent";

export const hierarchy = hierarchyAt("/sys/fs/cgroup");
export const work = process.env["PLIMSOLL_WORK"]!;

export interface Box {
  readonly id: string;
  readonly cgroup: bigint;
  /** Runs a program inside to its end; its output. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  processes(): readonly number[];
  /** Asks all of its processes to end. */
  end(): void;
  remove(): void;
}

/** `id`: a container's, unless another is asked for. */
export function openBox(id = randomBytes(32).toString("hex")): Box {
  const folder = join(hierarchy.root, id);
  mkdirSync(folder);
  return {
    id,
    cgroup: statSync(folder, { bigint: true }).ino,
    run: (program, ...args) => runIn(folder, program, args),
    processes: () => processesIn(folder),
    end: () => {
      for (const id of processesIn(folder)) ask(id);
    },
    remove: () => rmdirSync(folder),
  };
}

function processesIn(folder: string): readonly number[] {
  const list = readFileSync(join(folder, "cgroup.procs"), "utf8").trim();
  return list === "" ? [] : list.split("\n").map(Number);
}

function ask(id: number): void {
  try {
    process.kill(id, "SIGTERM");
  } catch {
    // It ended with its parent.
  }
}

function runIn(folder: string, program: string, args: readonly string[]): Promise<string> {
  const enter = ["-c", 'echo $$ > "$0/cgroup.procs" && exec unshare -m "$@"', folder, program, ...args];
  const child = spawn("/bin/sh", enter, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} ${args.join(" ")}: ${signal ?? code}`)),
    );
  });
}

export interface Looking {
  readonly sensor: EbpfSensor;
  readonly told: readonly Told[];
  counts(kind: Kind): Counts;
  /** Takes what waits until nothing has come for a while. */
  settle(): Promise<void>;
  seen(): Seen;
  close(): void;
}

/** `everyMs`: how often what waits is taken; 0: only when asked. `names`: whose each container is. */
export function look(
  only?: ReadonlySet<bigint>,
  everyMs = 10,
  {
    recordCalls = false,
    names = namesAlone(),
  }: { readonly recordCalls?: boolean; readonly names?: Names } = {},
): Looking {
  const sensor = new EbpfSensor({
    hierarchy,
    ...(only === undefined ? {} : { only }),
    processors: possibleProcessors(),
    process: process.pid,
    proc: "/proc",
    recordCalls,
  });
  const told: Told[] = [];
  let whole = nothingSeen;
  const collector = new Collector({
    bootedAt: bootTime(),
    sensor: "plimsoll",
    provenance: "test",
    sight: sightOfEbpf(recordCalls),
    architecture: "x86_64",
    patience: 1_000,
    most: 1_000,
  });
  const drain = (): number => {
    const count = sensor.drain((each) => {
      if (each.container === undefined) return;
      told.push(each);
      collector.take(each);
    }, 1_000_000);
    collector.lost(sensor.lost(), Date.now());
    return count;
  };
  const timer = everyMs === 0 ? undefined : setInterval(drain, everyMs);
  return {
    sensor,
    told,
    counts: (kind) => sensor.counts().get(kind)!,
    settle: async () => {
      for (let quiet = 0; quiet < 5;) {
        quiet = drain() === 0 ? quiet + 1 : 0;
        await wait(20);
      }
    },
    seen: () => {
      if (recordCalls) collector.takeCalls(sensor.calls(), Date.now());
      return (whole = joinSeen([whole, collector.batch(names, Date.now())]));
    },
    close: () => {
      clearInterval(timer);
      sensor.close();
    },
  };
}

export const processors = availableParallelism();
