/** The agent above its share of a processor: it leaves out detail of who floods it, says so, and tells it again afterwards. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { joinSeen, type Seen, type Watch } from "@plimsoll/core";
import { namesAlone, possibleProcessors, runAgent, type AgentReport, type Turn } from "@plimsoll/agent";
import { afterAll, afterEach, expect, test } from "vitest";
import { hierarchy, openBox, work, type Box } from "./box.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-budget-"));
afterAll(() => rmSync(folder, { recursive: true }));

let boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes) box.remove();
  boxes = [];
});

/** More files than the kernel remembers to have told: each opening of each is told. */
const files = 100_000;

function manyFiles(): string {
  const many = join(folder, "many");
  mkdirSync(many);
  execFileSync(work, ["make", many, String(files)]);
  return many;
}

interface Flood {
  readonly what: Turn["what"];
  readonly share: number;
  readonly partial: Watch["sight"];
  readonly sensor: string;
  readonly deeds: () => readonly string[];
}

const floods: readonly Flood[] = [
  {
    what: "reads",
    share: 0.04,
    partial: { exec: "whole", exit: "whole", file: "partial", library: "whole" },
    sensor: "plimsoll-ebpf-less-file",
    deeds: () => ["open", manyFiles(), String(files), "2000000000"],
  },
  {
    what: "programs",
    share: 0.04,
    partial: { exec: "partial", exit: "partial", file: "whole", library: "whole" },
    sensor: "plimsoll-ebpf-less-exec-exit",
    deeds: () => ["flood", work, "2000000000"],
  },
];

test.each(floods)(
  "a flood of $what",
  { timeout: 300_000 },
  async ({ what, share, partial, sensor, deeds }) => {
    const [flooding, neighbour] = [openBox(), openBox()];
    boxes = [flooding, neighbour];
    const turns: Turn[] = [];
    const reports: AgentReport[] = [];
    const batches: Seen[] = [];
    const [end, opened] = [new AbortController(), Promise.withResolvers<void>()];
    const running = runAgent(
      {
        hierarchy,
        only: new Set(boxes.map(({ cgroup }) => cgroup)),
        processors: possibleProcessors(),
        process: process.pid,
        proc: "/proc",
        recordCalls: false,
        provenance: "test",
        names: namesAlone(),
        share,
        onTurn: (turn) => turns.push(turn),
        opened: () => opened.resolve(),
        batchEvery: 500,
        ship: async (batch, report) => {
          batches.push(batch);
          reports.push(report);
        },
      },
      end.signal,
    );
    await opened.promise;
    const flood = flooding.run(work, ...deeds()).catch(() => "ended");
    const before = await shareUntil(() => turns.length === 1);
    await neighbour.run("/bin/cat", "/etc/hostname");
    const spared = await shareUntil(() => false, 4_000);
    flooding.end();
    await flood;
    await shareUntil(() => turns.length === 2);
    await wait(1_000);
    const eventsWhileSpared = watchesOf(joinSeen(batches), flooding)[0]!.events;
    await flooding.run("/bin/cat", "/etc/group");
    await wait(1_000);
    end.abort();
    const last = await running;
    const seen = joinSeen(batches);
    console.log(
      `a flood of ${what}: ${percent(before)} of a processor before, ${percent(spared)} while ${last.spared} were left out (allowed: ${percent(share)})`,
    );
    expect(turns.map((turn) => [turn.container.id, turn.what, turn.isSpared])).toEqual([
      [flooding.id, what, true],
      [flooding.id, what, false],
    ]);
    expect(spared).toBeLessThan(before);
    expect(last.spared).toBeGreaterThan(1_000);
    expect(reports.some(({ blind }) => blind.some((text) => text.includes("for now")))).toBe(true);
    expect(last.blind.some((text) => text.includes("for now"))).toBe(false);
    const [whole, less] = ["plimsoll-ebpf", sensor].map((name) =>
      watchesOf(seen, flooding).filter((watch) => watch.sensor === name),
    );
    expect([whole!.length, less!.length]).toEqual([1, 1]);
    expect(whole![0]!.sight.file).toBe("whole");
    expect(less![0]!.sight).toMatchObject(partial);
    const [gap] = less![0]!.heard;
    expect(whole![0]!.heard).toEqual([
      { from: expect.any(String), to: gap!.from },
      { from: gap!.to, to: expect.any(String) },
    ]);
    expect(watchesOf(seen, neighbour)).toHaveLength(1);
    expect(readBy(seen, neighbour)).toContain("/etc/hostname");
    // What is told again counts, though of a flood no more distinct behaviours may be kept.
    const kind = what === "reads" ? "file" : "exec";
    expect(whole![0]!.events[kind]).toBeGreaterThan(eventsWhileSpared[kind]!);
  },
);

/** Of one processor, until then or for so many milliseconds. */
async function shareUntil(isDone: () => boolean, milliseconds = 60_000): Promise<number> {
  const [began, from] = [performance.now(), process.cpuUsage()];
  while (!isDone() && performance.now() - began < milliseconds) await wait(50);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000 / (performance.now() - began);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function watchesOf({ watches }: Seen, box: Box): readonly Watch[] {
  return watches.filter(({ container }) => container.workload === short(box));
}

function short({ id }: Box): string {
  return id.slice(0, 12);
}

function readBy({ observations }: Seen, box: Box): readonly string[] {
  return observations.flatMap(({ container, detail }) =>
    container.workload === short(box) && detail.kind === "file" ? [detail.path] : [],
  );
}
