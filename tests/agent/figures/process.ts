/** The agent as it runs on a node, in a process of its own that says at its end what it used. Arguments: cgroups to watch. */
import { hierarchyAt, namesAlone, possibleProcessors, runAgent } from "@plimsoll/agent";

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
let begun = process.cpuUsage();
let at = performance.now();
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
    ship: async () => undefined,
  },
  stop.signal,
);
const { user, system } = process.cpuUsage(begun);
const used = {
  lost: report.lost,
  microseconds: user + system,
  milliseconds: performance.now() - at,
  maxRss: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(used));
