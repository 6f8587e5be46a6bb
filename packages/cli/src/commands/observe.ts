/** `plimsoll observe`: looks at what containers on this machine do, for a while, and tells what it saw. */
import { hostname } from "node:os";
import { joinSeen, nothingSeen, sanitize, UserError, type Seen } from "@plimsoll/core";
import { loadAgent } from "../agent.ts";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { durationFrom, durationText } from "../duration.ts";
import { seenLines } from "../observed.ts";
import { checkTarget, writeTarget } from "../output.ts";
import { processFrom } from "../process.ts";

const tiers = ["ebpf", "fanotify", "proc"] as const;
const writers = [
  { id: "table", write: (seen: Seen): string => `${seenLines(seen).join("\n")}\n` },
  { id: "json", write: recordsOf },
] as const;
const formats = writers.map(({ id }) => id);

export const observe = defineCommand({
  id: "observe",
  summary: "look at what containers on this machine do, and tell it",
  description:
    "Needs root, or CAP_BPF and CAP_PERFMON; with less it looks by fanotify or /proc, and says what that does not see. " +
    "Interrupted, it ends early and tells what it saw so far. Credentials in arguments and paths are replaced.",
  arguments: [
    { name: "[container...]", description: "ids or names (default: every container on this machine)" },
  ],
  options: [
    { flags: "--for <time>", description: "how long: 90s, 10m, 1h (default: 10m)" },
    { flags: "--compose <project>", description: "the containers of a compose project" },
    { flags: "--pid <number>", description: "a process's cgroup, with all that is in it", repeat: true },
    {
      flags: "--calls",
      description: "record system calls too, for a seccomp profile; costs each call some nanoseconds",
    },
    { flags: "--tier <name>", description: "look in this way and no other", values: tiers },
    { flags: "-o, --output <file>", description: "write the records, to be read by --observations" },
    { flags: "--format <id>", description: "table or json (default: table)", values: formats },
    { flags: "--quiet", description: "no notes and no progress" },
  ],
  examples: [
    {
      line: "plimsoll observe web --for 10m",
      means: "one container, by the name that Docker or Podman knows",
    },
    {
      line: "plimsoll observe --compose shop -o shop.jsonl",
      means: "a compose project, kept to be scanned with",
    },
    { line: "plimsoll observe --pid 4711 --for 60s --format json", means: "a service and what it starts" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const { findTargets, hierarchyAt, namesAlone, possibleProcessors, runAgent } = await loadAgent();
  const length = durationFrom(call.text("for") ?? "10m", "--for");
  if (length === 0)
    throw new UserError("usage", "--for 0 leaves no time to see anything", "write it as 90s, 10m or 1h30m");
  const writer = chosen(writers, call.text("format") ?? "table", "format", "table and json are there");
  const output = call.text("output");
  const target = output === undefined ? undefined : await checkTarget(output, terminal.cwd);
  const compose = call.text("compose");
  const hierarchy = hierarchyAt("/sys/fs/cgroup");
  const targets = findTargets(
    {
      containers: call.arguments,
      ...(compose === undefined ? {} : { compose }),
      processes: call.list("pid").map((text) => processFrom(text)),
    },
    hierarchy,
  );
  const tier = tierFrom(call.text("tier"));
  const end = endAfter(length, (left) => {
    if (!call.flag("quiet")) terminal.progress(`observing, ${durationText(left)} to go`);
  });
  let seen: Seen = nothingSeen;
  const report = await runAgent(
    {
      hierarchy,
      ...(targets === undefined ? {} : { only: targets.cgroups }),
      processors: possibleProcessors(),
      process: process.pid,
      proc: "/proc",
      recordCalls: call.flag("calls"),
      provenance: hostname(),
      names: namesAlone(targets?.names),
      ...(tier === undefined ? {} : { tier }),
      opened: end.start,
      batchEvery: 2_000,
      ship: async (batch) => {
        seen = joinSeen([seen, batch]);
      },
    },
    end.signal,
  ).finally(end.dispose);
  terminal.progress("");
  if (!call.flag("quiet")) for (const line of noticesOf(report)) terminal.note(`plimsoll: ${line}`);
  if (target !== undefined) await writeTarget(target, [recordsOf(seen)]);
  if (target === undefined || !call.flag("quiet")) await terminal.out(writer.write(seen));
  return report.lost > 0 || report.tier === "none" ? 3 : 0;
}

function tierFrom(text: string | undefined): (typeof tiers)[number] | undefined {
  const found = tiers.find((tier) => tier === text);
  if (text !== undefined && found === undefined)
    throw new UserError("usage", `there is no tier ${sanitize(text)}`, `one of ${tiers.join(", ")}`);
  return found;
}

interface End {
  readonly signal: AbortSignal;
  /** From now on the time counts. */
  readonly start: () => void;
  readonly dispose: () => void;
}

/** Raised so long after its start, or by an interrupt; `tell` hears once a second how much is left. */
function endAfter(length: number, tell: (left: number) => void): End {
  const end = new AbortController();
  const stop = (): void => end.abort();
  let clock: NodeJS.Timeout | undefined;
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return {
    signal: end.signal,
    start: () => {
      const until = performance.now() + length;
      const look = (): void => {
        const left = until - performance.now();
        if (left <= 0) return stop();
        tell(left);
        clock = setTimeout(look, Math.min(1_000, left));
      };
      look();
    },
    dispose: () => {
      clearTimeout(clock);
      process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
    },
  };
}

type Report = Awaited<ReturnType<(typeof import("@plimsoll/agent"))["runAgent"]>>;

function noticesOf({ tier, refused, blind, lost, crowded }: Report): readonly string[] {
  return [
    ...refused.map((each) => `not by ${each.tier}: ${sanitize(each.why)}`),
    `looked by ${tier}; not seen: ${blind.join("; ")}`,
    ...(lost > 0 ? [`${lost} events were lost: what is missing below may have happened all the same`] : []),
    ...(crowded > 0 ? [`${crowded} containers more than can be kept were not observed`] : []),
  ];
}

function recordsOf(seen: Seen): string {
  return [
    ...seen.watches.map((watch) => JSON.stringify({ watch })),
    ...seen.observations.map((observation) => JSON.stringify({ observation })),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
