/** The choice of a tier by what the node allows, and what the lower ones still see. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chooseSenses, orGone, possibleProcessors, type SenseOptions, type Told } from "@plimsoll/agent";
import { expect, test } from "vitest";
import { hierarchy, work, type Box } from "./box.ts";
import { boxesOfTests } from "./boxes.ts";

const options: SenseOptions = {
  hierarchy,
  processors: possibleProcessors(),
  process: process.pid,
  proc: "/proc",
  recordCalls: false,
};

const { box } = boxesOfTests();

const blind = {
  ebpf: [
    "what io_uring opens, connects and sends, though not that it is used",
    "files that come by passed descriptors or by handle",
    "DNS questions over TCP or TLS",
    "whose doing it was, where a shell that somebody began left a process behind",
  ],
  fanotify: [
    "names that are made, removed or changed",
    "programs that end before /proc is asked for them, and short programs' arguments",
    "who connected to whom between two looks",
    "capabilities, system calls, signals and DNS questions",
    "how a container began",
  ],
  proc: [
    "programs, files and connections between two looks",
    "what a program opened and closed, or ran through an interpreter",
    "who connected to whom before the look",
    "capabilities, system calls, signals and DNS questions",
    "how a container began",
  ],
  none: ["everything that containers do"],
} as const;

test("with all that it needs the agent senses by eBPF", () => {
  const { senses, refused } = chooseSenses(options);
  senses.close();
  expect([senses.tier, refused, senses.blind]).toEqual(["ebpf", [], blind.ebpf]);
});

const script = `
  import { chooseSenses, hierarchyAt, possibleProcessors } from "./packages/agent/src/index.ts";
  const { senses, refused } = chooseSenses({
    hierarchy: hierarchyAt("/sys/fs/cgroup"), processors: possibleProcessors(), process: process.pid, proc: process.argv[1], recordCalls: false,
  });
  senses.close();
  console.log(JSON.stringify([senses.tier, senses.blind, Object.keys(senses.sight), refused.map(({ tier, why }) => tier + ": " + why)]));`;

const { EPERM, ENOENT, EINVAL } = constants.errno;
const nobpf = (error: number): readonly string[] => [work, "nobpf", String(error)];
const nobody = ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "--bounding-set=-all"];
const missing = "capabilities are missing";
const tooOld = "the kernel does not have it";

test.each([
  ["where bpf(2) is refused", nobpf(EPERM), "/proc", "fanotify", [["ebpf", missing]]],
  ["on a kernel without what we ask of bpf(2)", nobpf(EINVAL), "/proc", "fanotify", [["ebpf", tooOld]]],
  ["on a kernel that does not know our types", nobpf(ENOENT), "/proc", "fanotify", [["ebpf", tooOld]]],
  [
    "as nobody",
    nobody,
    "/proc",
    "proc",
    [
      ["ebpf", missing],
      ["fanotify", missing],
    ],
  ],
  [
    "as nobody, without /proc",
    nobody,
    "/nowhere",
    "none",
    [
      ["ebpf", missing],
      ["fanotify", missing],
      ["proc", "no such file or directory, scandir '/nowhere'"],
    ],
  ],
] as const)("%s the next tier is taken, and it says why", (_, [program, ...before], proc, tier, refused) => {
  const command = [...before, process.execPath, "--input-type=module", "-e", script, proc];
  const [chosen, unseen, sight, reasons] = JSON.parse(
    execFileSync(program!, command, { encoding: "utf8" }),
  ) as [string, string[], string[], string[]];
  expect([chosen, unseen]).toEqual([tier, blind[tier]]);
  expect(sight.length > 0).toBe(tier !== "none");
  expect(reasons).toEqual(refused.map(([name, why]) => expect.stringMatching(`^${name}: .*${why}$`)));
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

/** Until a program of this name runs in a cgroup. */
async function programIn(folder: string, name: string): Promise<number> {
  const read = (path: string): string => orGone(() => readFileSync(path, "utf8")) ?? "";
  for (;;) {
    const processes = read(join(folder, "cgroup.procs")).split("\n");
    const found = processes.find((id) => id !== "" && read(`/proc/${id}/comm`) === `${name}\n`);
    if (found !== undefined) return Number(found);
    await wait(20);
  }
}

test.each(
  (["fanotify", "proc"] as const).flatMap((tier) => [
    [tier, "a name of its own", "part"] as const,
    [tier, "a container's", randomBytes(32).toString("hex")] as const,
  ]),
)("%s: a cgroup that a container made within its own is the container's, by %s", async (tier, _, name) => {
  const inside = box();
  const own = join(hierarchy.root, inside.id);
  const part = join(own, name);
  const enter = `mkdir ${part}; echo $$ >${part}/cgroup.procs`;
  const leave = `echo $$ >${own}/cgroup.procs; rmdir ${part}`;
  const running = inside.run("/bin/sh", "-ec", `${enter}; sleep 31.5 || true; ${leave}`);
  const sleeper = await programIn(part, "sleep");
  const { senses } = chooseSenses(options, tier);
  const owners: (string | undefined)[] = [];
  senses.drain(({ record, container }) => {
    if (record.kind === "exec" && record.process === sleeper) owners.push(container?.id);
  }, 1_000_000);
  senses.close();
  process.kill(sleeper);
  await running;
  expect(owners).toEqual([inside.id]);
});
