/** The agent as it runs on a node, in a process of its own that says at its end what it used. Arguments: cgroups to watch. */
import { readFileSync } from "node:fs";
import { hierarchyAt, namesAlone, possibleProcessors, runAgent } from "@plimsoll/agent";

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
let begun = process.cpuUsage();
let at = performance.now();
const files = new Map<string, number>();
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
    opened: () => {
      begun = process.cpuUsage();
      at = performance.now();
      console.log(`open ${Math.round(at)}`);
    },
    ship: async ({ watches }) => {
      for (const { pod, events } of watches) files.set(pod, events.file ?? 0);
    },
  },
  stop.signal,
);
const { user, system } = process.cpuUsage(begun);
const used = {
  lost: report.lost,
  files: [...files.values()].reduce((sum, count) => sum + count, 0),
  microseconds: user + system,
  milliseconds: performance.now() - at,
  // Not the kernel's ru_maxrss: that begins with what the parent held when it forked.
  maxRss: Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024,
};
console.log(JSON.stringify(used));
