/** What the kernel keeps of a container's use, in the files of its cgroup, of v1 and of v2. Reads those and nothing else. */
import { closeSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ContainerId, Hierarchy } from "./containers.ts";
import { orGone } from "./processes.ts";

/** One look. What is absent this kernel does not keep, or the cgroup is gone. */
export interface Use {
  /** Bytes, the most since the cgroup was made. */
  readonly memoryBytes?: number;
  /** Bytes now: anonymous and shared memory. */
  readonly unreclaimableBytes?: number;
  /** How often the limit of memory was met. */
  readonly memoryLimitHits?: number;
  /** Nanoseconds of processor time since the cgroup was made. */
  readonly cpuNanoseconds?: number;
  readonly throttledPeriods?: number;
}

/** Undefined where it is not known where the container's cgroup is, or it is gone. */
export type Measure = (container: ContainerId) => Use | undefined;

type Source = keyof Use;

/** A file, and what of it is summed; no names: it holds one number alone. */
interface Figure {
  readonly of: Source;
  /** Under v1, the hierarchy. */
  readonly controller: string;
  readonly file: string;
  readonly names?: readonly string[];
  readonly times?: number;
}

const legacy: readonly Figure[] = [
  { of: "memoryBytes", controller: "memory", file: "memory.max_usage_in_bytes" },
  {
    of: "unreclaimableBytes",
    controller: "memory",
    file: "memory.stat",
    names: ["total_rss", "total_shmem"],
  },
  { of: "memoryLimitHits", controller: "memory", file: "memory.failcnt" },
  { of: "cpuNanoseconds", controller: "cpuacct", file: "cpuacct.usage" },
  { of: "throttledPeriods", controller: "cpu", file: "cpu.stat", names: ["nr_throttled"] },
];

const unified: readonly Figure[] = [
  { of: "memoryBytes", controller: "", file: "memory.peak" },
  { of: "unreclaimableBytes", controller: "", file: "memory.stat", names: ["anon", "shmem"] },
  { of: "memoryLimitHits", controller: "", file: "memory.events", names: ["max"] },
  { of: "cpuNanoseconds", controller: "", file: "cpu.stat", names: ["usage_usec"], times: 1_000 },
  { of: "throttledPeriods", controller: "", file: "cpu.stat", names: ["nr_throttled"] },
];

const uses: ReadonlySet<Source> = new Set(["memoryBytes", "unreclaimableBytes", "cpuNanoseconds"]);

export function measureIn(hierarchy: Hierarchy): Measure {
  const figures = hierarchy.legacy ? legacy : unified;
  const mount = hierarchy.legacy ? dirname(hierarchy.root) : hierarchy.root;
  return ({ path }) => {
    // From within another cgroup namespace a path leads upwards, and nobody knows whither.
    if (path === undefined || path.split("/").includes("..")) return undefined;
    const use: { -readonly [Name in Source]?: number } = {};
    const texts = new Map<string, string | undefined>();
    for (const figure of figures) {
      const file = join(mount, figure.controller, path, figure.file);
      if (!texts.has(file))
        texts.set(
          file,
          orGone(() => textOf(file)),
        );
      const value = valueIn(texts.get(file), figure);
      // Who runs has used something: a nought is of a cgroup that counts nothing.
      if (value !== undefined && (value > 0 || !uses.has(figure.of))) use[figure.of] = value;
    }
    return Object.keys(use).length === 0 ? undefined : use;
  };
}

/** Longer than any file that is read here. */
const buffer = Buffer.alloc(16_384);

function textOf(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

function valueIn(text: string | undefined, { names, times = 1 }: Figure): number | undefined {
  if (text === undefined) return undefined;
  if (names === undefined) return numberIn(text, 0);
  let sum: number | undefined;
  for (const name of names) {
    const at = text.startsWith(`${name} `) ? 0 : text.indexOf(`\n${name} `) + 1;
    if (at === 0 && !text.startsWith(`${name} `)) continue;
    const value = numberIn(text, at + name.length + 1);
    if (value !== undefined) sum = (sum ?? 0) + value * times;
  }
  return sum;
}

function numberIn(text: string, from: number): number | undefined {
  const value = Number.parseInt(text.slice(from, from + 20), 10);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
