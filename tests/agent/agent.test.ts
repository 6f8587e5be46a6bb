/** The agent at work: batches that join to the whole, a receiver that refuses for a while, what was there before. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { joinSeen, nothingSeen, type Seen } from "@plimsoll/core";
import {
  namesAlone,
  possibleProcessors,
  runAgent,
  type AgentOptions,
  type AgentReport,
} from "@plimsoll/agent";
import { afterEach, expect, test } from "vitest";
import { hierarchy, openBox, work, type Box } from "./box.ts";

let boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes) box.remove();
  boxes = [];
});

interface Run {
  readonly batches: readonly Seen[];
  readonly report: AgentReport;
}

async function observe(
  inside: Box,
  during: () => Promise<unknown>,
  more: Partial<AgentOptions> = {},
  refuse: () => boolean = () => false,
): Promise<Run> {
  const batches: Seen[] = [];
  const end = new AbortController();
  const opened = Promise.withResolvers<void>();
  const running = runAgent(
    {
      hierarchy,
      only: new Set([inside.cgroup]),
      processors: possibleProcessors(),
      process: process.pid,
      proc: "/proc",
      recordCalls: false,
      provenance: "test",
      names: namesAlone(new Map([[inside.id, "web"]])),
      opened: () => opened.resolve(),
      batchEvery: 200,
      ship: async (batch) => {
        if (refuse()) throw new Error("not now");
        batches.push(batch);
      },
      ...more,
    },
    end.signal,
  );
  await Promise.race([opened.promise, running]);
  await during();
  await wait(500);
  end.abort();
  return { batches, report: await running };
}

function box(): Box {
  const made = openBox();
  boxes.push(made);
  return made;
}

test("batches hold what is new, and join to the whole", async () => {
  const inside = box();
  const { batches, report } = await observe(inside, async () => {
    await inside.run("/bin/cat", "/etc/hostname");
    await wait(600);
    await inside.run("/bin/cat", "/etc/hostname");
    await inside.run("/bin/cat", "/etc/os-release");
  });
  const whole = batches.reduce((all, batch) => joinSeen([all, batch]), nothingSeen);
  const hostname = whole.observations.find(
    ({ detail }) => detail.kind === "exec" && detail.args[1] === "/etc/hostname",
  );
  expect(hostname?.support).toMatchObject([{ pod: "web", provenance: "test", count: 2 }]);
  expect(whole.watches).toHaveLength(1);
  expect(batches.filter(({ observations }) => observations.length > 0).length).toBeGreaterThan(1);
  expect(report).toMatchObject({ tier: "ebpf", refused: [], lost: 0, nameless: 0, crowded: 0, failures: 0 });
});

test("a batch that is not accepted is offered again, and nothing of it is lost", async () => {
  const inside = box();
  const refusals: number[] = [];
  const { batches, report } = await observe(
    inside,
    async () => {
      await inside.run("/bin/cat", "/etc/hostname");
      while (refusals.length <= 5) await wait(50);
    },
    {},
    () => refusals.push(Date.now()) <= 5,
  );
  const execs = batches
    .flatMap(({ observations }) => observations)
    .filter(({ detail }) => detail.kind === "exec");
  expect(execs.some(({ detail }) => detail.kind === "exec" && detail.args[1] === "/etc/hostname")).toBe(true);
  expect(report).toMatchObject({ failures: 0, givenUp: 0 });
  expect(refusals.length).toBeGreaterThan(5);
});

test("a container that was there before: its first process is the entry point, and its start was not seen", async () => {
  const inside = box();
  const gate = join(mkdtempSync(join(tmpdir(), "plimsoll-gate-")), "open");
  const script = `while [ ! -e ${gate} ]; do sleep 0.1; done; ${work} open /etc 0 0; /bin/cat /etc/hostname`;
  const running = inside.run("/bin/sh", "-c", script);
  await wait(100);
  const { batches } = await observe(inside, async () => {
    writeFileSync(gate, "");
    await running;
  });
  const { observations, watches } = batches.reduce((all, batch) => joinSeen([all, batch]), nothingSeen);
  expect(watches.map(({ fromStart }) => fromStart)).toEqual([false]);
  const cat = observations.find(({ detail }) => detail.kind === "exec" && detail.path.endsWith("/cat"));
  expect(cat?.origin).toBe("entrypoint");
  expect(cat?.detail).toMatchObject({ parents: [expect.stringMatching(/sh$/)] });
});

test("system calls while they are recorded", async () => {
  const inside = box();
  const { batches } = await observe(
    inside,
    async () => {
      await inside.run(work, "calls");
    },
    { recordCalls: true },
  );
  const { observations, watches } = batches.reduce((all, batch) => joinSeen([all, batch]), nothingSeen);
  const names = observations.flatMap(({ detail }) => (detail.kind === "syscall" ? [detail.name] : []));
  expect(names).toEqual(expect.arrayContaining(["getppid", "membarrier", "sysinfo"]));
  expect(watches[0]?.sight.syscall).toBe("whole");
});
