/** The choice of a tier by what the node allows, and what the lower ones still see. */
import { execFileSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { chooseSenses, possibleProcessors, type SenseOptions, type Told } from "@plimsoll/agent";
import { afterEach, expect, test } from "vitest";
import { hierarchy, openBox, work, type Box } from "./box.ts";

const options: SenseOptions = {
  hierarchy,
  processors: possibleProcessors(),
  process: process.pid,
  proc: "/proc",
  recordCalls: false,
};

let boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes) box.remove();
  boxes = [];
});

function box(): Box {
  const made = openBox();
  boxes.push(made);
  return made;
}

test("with all that it needs the agent senses by eBPF", () => {
  const { senses, refused } = chooseSenses(options);
  senses.close();
  expect([senses.tier, refused]).toEqual(["ebpf", []]);
});

const script = `
  import { chooseSenses, hierarchyAt, possibleProcessors } from "./packages/agent/src/index.ts";
  const { senses, refused } = chooseSenses({
    hierarchy: hierarchyAt("/sys/fs/cgroup"), processors: possibleProcessors(), process: process.pid, proc: "/proc", recordCalls: false,
  });
  senses.close();
  console.log(JSON.stringify([senses.tier, refused.map(({ tier, why }) => tier + ": " + why)]));`;

test.each([
  ["where bpf(2) is refused", [work, "nobpf"], "fanotify", ["ebpf"]],
  [
    "as nobody",
    ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "--bounding-set=-all"],
    "proc",
    ["ebpf", "fanotify"],
  ],
])("%s the next tier is taken, and it says why", (_, [program, ...before], tier, refused) => {
  const command = [...before, process.execPath, "--input-type=module", "-e", script];
  const [chosen, reasons] = JSON.parse(execFileSync(program!, command, { encoding: "utf8" })) as [
    string,
    string[],
  ];
  expect(chosen).toBe(tier);
  expect(reasons.map((reason) => reason.split(":")[0])).toEqual(refused);
  for (const reason of reasons) expect(reason).toMatch(/capabilities are missing$/);
});

async function gather(
  tier: "fanotify" | "proc",
  during: (inside: Box) => Promise<unknown>,
): Promise<{ readonly told: readonly Told[]; readonly lost: number }> {
  const inside = box();
  const { senses, refused } = chooseSenses({ ...options, only: new Set([inside.cgroup]) }, tier);
  expect([senses.tier, refused]).toEqual([tier, []]);
  const told: Told[] = [];
  const timer = setInterval(() => senses.drain((each) => told.push(each), 100_000), 5);
  try {
    await during(inside);
    await wait(300);
  } finally {
    clearInterval(timer);
    senses.close();
  }
  return { told, lost: senses.lost() };
}

test("fanotify and the process connector: programs, their files, their ends; what was too quick is counted", async () => {
  const { told, lost } = await gather("fanotify", (inside) =>
    inside.run(
      "/bin/bash",
      "-c",
      "sleep 0.3; read x < /etc/hostname; for i in {1..50}; do /bin/true; done; sleep 0.3",
    ),
  );
  const records = told.map(({ record }) => record);
  const programs = records.flatMap((record) =>
    record.kind === "exec" ? [record.path.split("/").at(-1)] : [],
  );
  expect(programs).toContain("sleep");
  const files = records.flatMap((record) => (record.kind === "file" ? [record.path] : []));
  expect(files).toContain("/etc/hostname");
  expect(records.some(({ kind }) => kind === "exit")).toBe(true);
  const quick = programs.filter((program) => program === "true").length;
  expect(quick + lost).toBeGreaterThanOrEqual(50);
});

test("/proc: the programs that run, the code they hold, what they listen on", async () => {
  const listening =
    "require('net').createServer().listen(18181, '127.0.0.1'); setTimeout(() => process.exit(0), 1500)";
  const inside = box();
  const running = inside.run(process.execPath, "-e", listening);
  await wait(700);
  const { senses } = chooseSenses({ ...options, only: new Set([inside.cgroup]) }, "proc");
  const told: Told[] = [];
  senses.drain((each) => told.push(each), 100_000);
  senses.close();
  await running;
  const records = told.map(({ record }) => record);
  expect(records.some((record) => record.kind === "exec" && record.arguments[1] === "-e")).toBe(true);
  expect(records.some((record) => record.kind === "file" && /libc[.-]/.test(record.path))).toBe(true);
  expect(
    records.some((record) => record.kind === "socket" && record.number === 3 && record.localPort === 18181),
  ).toBe(true);
});
