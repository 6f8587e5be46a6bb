/** What the kernel's ring has no room for: counted to the last one, told when it happens again, and made up for. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { orGone } from "@plimsoll/agent";
import type { ContainerKey } from "@plimsoll/core";
import { afterAll, expect, test } from "vitest";
import { openBox, work } from "./box.ts";
import { boxesOfTests } from "./boxes.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-loss-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { box, begin, end } = boxesOfTests();

/** A folder of so many files. */
function filesOf(name: string, count: number): string {
  const files = join(folder, name);
  if (existsSync(files)) return files;
  mkdirSync(files);
  execFileSync(work, ["make", files, String(count)]);
  return files;
}

test.each([
  ["drained all the while", 10],
  ["with the ring full", 0],
])(
  "100,000 opens: told, lost and repeated are exactly so many more than without them, %s",
  async (_, everyMs) => {
    const files = filesOf("many", 50_000);
    const accounted = async (opens: number): Promise<{ readonly all: number; readonly lost: number }> => {
      const both = [box(), box()];
      const seen = begin(both, everyMs);
      for (const each of both) await each.run(work, "open", files, "50000", String(opens / 2));
      await seen.settle();
      const { told, lost, repeated } = seen.counts("file");
      end();
      return { all: told + lost + repeated, lost };
    };
    const without = await accounted(0);
    const whole = await accounted(100_000);
    expect(whole.all - without.all).toBe(100_000);
    expect([without.lost, whole.lost > 0]).toEqual([0, everyMs === 0]);
  },
);

test("200,000 files opened as quickly as it goes: each is told or repeated, and none is lost", async () => {
  const inside = box();
  const files = filesOf("many", 50_000);
  // Four cgroups' worth of facts, so that the table of what was told turns over.
  const others = [inside, box(), box(), box()];
  const seen = begin(others);
  for (const each of others) await each.run(work, "open", files, "50000", "50000");
  await seen.settle();
  const { told, lost, repeated } = seen.counts("file");
  const received = seen.told.filter(({ record }) => record.kind === "file").length;
  expect({ lost, received }).toEqual({ lost: 0, received: told });
  const opened = seen.told.filter(({ record }) => record.kind === "file" && record.path.startsWith(files));
  const distinct = new Set(
    opened.map(({ record }) => `${record.cgroup} ${record.kind === "file" ? record.path : ""}`),
  );
  expect(distinct.size).toBe(200_000);
  // Those of the way in: its shell, `unshare`, what these load.
  expect(opened.length + repeated).toBeLessThan(200_000 + 4 * 100);
});

test("500,000 opens of 100 files are told once each, also after two seconds in which nobody listened", async () => {
  const inside = box();
  const files = filesOf("few", 100);
  const seen = begin([inside], 0);
  const running = inside.run(work, "open", files, "100", "500000");
  await wait(2_000);
  await running;
  await seen.settle();
  const opened = seen.told.filter(({ record }) => record.kind === "file" && record.path.startsWith(files));
  expect(opened).toHaveLength(100);
  const { lost, repeated } = seen.counts("file");
  expect(lost).toBe(0);
  expect(repeated).toBeGreaterThanOrEqual(499_900);
});

test("what found no room is counted, and told when it happens again", async () => {
  const inside = box();
  const another = box();
  const files = filesOf("many", 50_000);
  const seen = begin([inside, another], 0);
  await another.run(work, "open", files, "50000", "50000");
  await inside.run(work, "open", files, "50000", "50000");
  const { lost } = seen.counts("file");
  expect(lost).toBeGreaterThan(0);
  await seen.settle();
  // The table of what was told keeps the rest: what was lost is told now.
  await inside.run(work, "open", files, "50000", "50000");
  await seen.settle();
  const opened = seen.told.filter(
    ({ record }) =>
      record.kind === "file" && record.cgroup === inside.cgroup && record.path.startsWith(files),
  );
  expect(new Set(opened.map(({ record }) => (record.kind === "file" ? record.path : ""))).size).toBe(50_000);
});

/** Fills the ring, which nobody drains, with what two boxes open. */
async function flood(): Promise<void> {
  const files = filesOf("many", 50_000);
  for (const each of [box(), box()]) await each.run(work, "open", files, "50000", "50000");
}

test("a container that was made while the ring was full is found late, and watched", async () => {
  const seen = begin(undefined, 0);
  await flood();
  const late = box();
  expect(seen.counts("cgroup").lost).toBeGreaterThan(0);
  await seen.settle();
  await late.run("/bin/cat", "/etc/hostname");
  await seen.settle();
  expect(seen.sensor.late().map(({ id }) => id)).toContain(late.id);
  const { observations, watches } = seen.seen();
  const isOfLate = ({ container }: { readonly container: ContainerKey }): boolean =>
    container.workload === late.id.slice(0, 12);
  expect(watches.filter(isOfLate).map(({ fromStart }) => fromStart)).toEqual([false]);
  const programs = observations
    .filter(isOfLate)
    .flatMap(({ detail }) => (detail.kind === "exec" ? [detail.args.join(" ")] : []));
  expect(programs).toContain("/bin/cat /etc/hostname");
});

test("a container that went while the ring was full is ended", async () => {
  const inside = openBox();
  const seen = begin(undefined, 0);
  await inside.run("/bin/true");
  await seen.settle();
  await flood();
  inside.remove();
  await seen.settle();
  const ends = seen.told.filter(
    ({ record, container }) => record.kind === "cgroup" && container?.id === inside.id,
  );
  expect(ends.map(({ record }) => record.number)).toEqual([2]);
});

/** The descriptor of the ring that a sensor of ours reads. */
function ringOfSensor(): number {
  const isRing = (name: string): boolean => {
    const facts = orGone(() => readFileSync(`/proc/self/fdinfo/${name}`, "utf8"));
    return facts !== undefined && /^map_type:\s*27$/m.test(facts);
  };
  const rings = readdirSync("/proc/self/fd").filter(isRing);
  expect(rings).toHaveLength(1);
  return Number(rings[0]);
}

test("a record that cannot be read is lost, and so told", async () => {
  const inside = box();
  const seen = begin([inside], 0);
  await inside.run("/bin/true");
  await seen.settle();
  expect(seen.sensor.lost()).toBe(0);
  execFileSync(work, ["unreadable"], { stdio: ["ignore", "ignore", "inherit", ringOfSensor()] });
  await seen.settle();
  expect(seen.sensor.lost()).toBe(1);
  expect(seen.seen().watches.map(({ drops, losses = [] }) => [drops, losses.length])).toEqual([[1, 1]]);
});
