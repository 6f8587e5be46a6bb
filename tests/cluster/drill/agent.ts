/** Our agent in a process of its own, as on a node: hands its batches to the parent, and its last report when told to end. */
import { hierarchyAt, namesById, possibleProcessors, runAgent, type AgentReport } from "@plimsoll/agent";
import type { Seen } from "@plimsoll/core";

export type Message =
  | { readonly about: "opened" }
  | { readonly about: "batch"; readonly batch: Seen }
  | { readonly about: "end"; readonly report: AgentReport };

const stop = new AbortController();
process.on("message", () => stop.abort());
process.on("disconnect", () => stop.abort());

function say(message: Message): Promise<void> {
  return new Promise((resolve, reject) =>
    process.send!(message, (error: Error | null) => (error === null ? resolve() : reject(error))),
  );
}

const report = await runAgent(
  {
    hierarchy: hierarchyAt("/sys/fs/cgroup"),
    processors: possibleProcessors(),
    process: process.pid,
    proc: "/proc",
    recordCalls: true,
    tier: "ebpf",
    provenance: "node",
    names: namesById,
    opened: () => void say({ about: "opened" }),
    batchEvery: 1_000,
    ship: (batch) => say({ about: "batch", batch }),
  },
  stop.signal,
);
await say({ about: "end", report });
process.disconnect();
