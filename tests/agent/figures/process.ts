/** The agent as it runs on a node, in a process of its own that says at its end what it used. Arguments: cgroups to watch. */
import { readFileSync } from "node:fs";
import {
  EbpfSensor,
  hierarchyAt,
  namesAlone,
  possibleProcessors,
  runAgent,
  type Counts,
  type Senses,
} from "@plimsoll/agent";

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
let begun = process.cpuUsage();
let at = performance.now();
const [files, programs] = [new Map<string, number>(), new Map<string, number>()];
let sensor: Senses | undefined;
let execs: Counts | undefined;
const report = await runAgent(
  {
    hierarchy: hierarchyAt("/sys/fs/cgroup"),
    processors: possibleProcessors(),
    process: process.pid,
    proc: "/proc",
    recordCalls: false,
    provenance: "test",
    names: namesAlone(),
    tier: "ebpf",
    batchEvery: 1_000,
    only: new Set(process.argv.slice(2).map(BigInt)),
    opened: ({ senses }) => {
      sensor = senses;
      begun = process.cpuUsage();
      at = performance.now();
      console.log(`open ${Math.round(at)}`);
    },
    ship: async ({ watches }) => {
      for (const { pod, events } of watches) {
        files.set(pod, events.file ?? 0);
        programs.set(pod, events.exec ?? 0);
      }
      if (sensor instanceof EbpfSensor) execs = sensor.counts().get("exec");
    },
  },
  stop.signal,
);
const { user, system } = process.cpuUsage(begun);
const used = {
  lost: report.lost,
  files: sumOf(files),
  programs: sumOf(programs),
  execs,
  microseconds: user + system,
  milliseconds: performance.now() - at,
  // Not the kernel's ru_maxrss: that begins with what the parent held when it forked.
  maxRss: Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024,
};
console.log(JSON.stringify(used));

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
