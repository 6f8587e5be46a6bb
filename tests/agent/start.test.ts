/**
 * The calls that a container's start takes once its seccomp filter is in force, traced from the runtime that is here: the
 * list that profiles are given holds each of them, and a container that does nothing starts under a profile of its own
 * calls and that list, and under no less.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { likelyStart, tracedStart } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-start-"));
const bundle = join(folder, "bundle");
const program = join(bundle, "rootfs/bin/still");
const state = join(folder, "state");
const acts = ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"] as const;

beforeAll(() => {
  mkdirSync(join(bundle, "rootfs/bin"), { recursive: true });
  execFileSync("gcc", ["-O2", "-static", "-o", program, join(import.meta.dirname, "still.c")]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bundle {
  readonly user: number;
  readonly noNewPrivileges: boolean;
  readonly args: readonly string[];
  readonly seccomp: object;
}

function configure({ user, noNewPrivileges, args, seccomp }: Bundle): void {
  rmSync(join(bundle, "config.json"), { force: true });
  execFileSync("runc", ["spec"], { cwd: bundle });
  const spec = JSON.parse(readFileSync(join(bundle, "config.json"), "utf8"));
  spec.process = { ...spec.process, terminal: false, noNewPrivileges, args, user: { uid: user, gid: user } };
  delete spec.linux.resources;
  spec.linux.cgroupsPath = `/plimsoll-start-${process.pid}`;
  spec.linux.seccomp = seccomp;
  writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
}

/** A filter that lets everything through: only when it comes is of interest. */
const open = {
  defaultAction: acts[0],
  architectures: ["SCMP_ARCH_X86_64"],
  syscalls: [{ names: ["acct"], action: acts[1] }],
};

function trace(name: string, words: readonly string[]): string {
  const file = join(folder, `${name}.trace`);
  spawnSync("timeout", ["30", "strace", "-f", "-qq", "-o", file, "runc", "--root", state, ...words], {
    cwd: bundle,
  });
  return readFileSync(file, "utf8");
}

/** The calls of the process that the filter holds, from when it does until the container's program begins. */
function filtered(text: string): ReadonlySet<string> {
  const lines = text.split("\n");
  const from = lines.findLastIndex((line) => /SECCOMP_(SET_MODE_FILTER|MODE_FILTER), .*\{len=/.test(line));
  const begins = lines.findIndex((line, at) => at > from && /execve\("\/bin\/still"/.test(line));
  expect([from > 0, begins > from], "the filter was put in force, and the program began").toEqual([
    true,
    true,
  ]);
  const first = lines[from]!.split(" ")[0]!;
  const threads = threadsOf(lines.slice(0, begins), first);
  return new Set(
    lines.slice(from + 1, begins + 1).flatMap((line) => {
      const [, process = "", call] = /^(\d+) +([a-z_0-9]+)\(/.exec(line) ?? [];
      return call !== undefined && threads.has(process) ? [call] : [];
    }),
  );
}

/** Threads of one process, whoever of them made the other. */
function threadsOf(lines: readonly string[], one: string): ReadonlySet<string> {
  const made = lines.flatMap((line) => {
    const [, by = "", child = ""] = /^(\d+) .*CLONE_THREAD.*(?:= |=> \{parent_tid=\[)(\d+)/.exec(line) ?? [];
    return child === "" ? [] : [[by, child] as const];
  });
  const found = new Set([one]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const [by, child] of made) {
      if (found.has(by)) found.add(child);
      if (found.has(child)) found.add(by);
    }
  }
  return found;
}

const cases = [0, 10001].flatMap((user) =>
  [false, true].map((noNewPrivileges) => ({ user, noNewPrivileges })),
);

test.each(cases)("runc calls nothing but the list: $user, no_new_privs $noNewPrivileges", async (one) => {
  configure({ ...one, args: ["/bin/still", "8"], seccomp: open });
  const name = `plimsoll-${one.user}-${one.noNewPrivileges}`;
  const started = join(folder, `${name}-run.trace`);
  const running = spawn(
    "timeout",
    ["30", "strace", "-f", "-qq", "-o", started, "runc", "--root", state, "run", name],
    {
      cwd: bundle,
      stdio: "ignore",
    },
  );
  const ended = new Promise((resolve) => running.once("exit", resolve));
  for (let left = 100; left > 0 && !isRunning(name); left -= 1)
    await new Promise((next) => setTimeout(next, 100));
  const entered = trace(`${name}-exec`, ["exec", name, "/bin/still"]);
  spawnSync("runc", ["--root", state, "kill", name, "KILL"]);
  await ended;
  spawnSync("runc", ["--root", state, "delete", "-f", name]);
  const calls = filtered(readFileSync(started, "utf8")).union(filtered(entered));
  console.log(`start-calls ${name}: ${[...calls].sort().join(" ")}`);
  expect([...calls].filter((call) => !tracedStart.includes(call) && !likelyStart.includes(call))).toEqual([]);
});

function isRunning(name: string): boolean {
  const { stdout } = spawnSync("runc", ["--root", state, "state", name], { encoding: "utf8" });
  return /"status": "running"/.test(stdout ?? "");
}

/** What a static program that ends at once calls by itself. */
function ownCalls(): readonly string[] {
  const file = join(folder, "own.trace");
  spawnSync("strace", ["-qq", "-o", file, program]);
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => /^([a-z_0-9]+)\(/.exec(line)?.[1] ?? []);
}

function runUnder(names: readonly string[], user: number): string {
  configure({
    user,
    noNewPrivileges: user === 0,
    args: ["/bin/still"],
    seccomp: {
      defaultAction: acts[1],
      defaultErrnoRet: 1,
      architectures: ["SCMP_ARCH_X86_64"],
      syscalls: [{ names, action: acts[0] }],
    },
  });
  const name = `plimsoll-under-${user}`;
  const { stderr } = spawnSync("timeout", ["20", "runc", "--root", state, "run", name], {
    cwd: bundle,
    encoding: "utf8",
  });
  spawnSync("runc", ["--root", state, "delete", "-f", name]);
  return stderr;
}

test.each([0, 10001])(
  "a container that does nothing starts under its own calls and the list, as %i",
  (user) => {
    expect(runUnder([...ownCalls(), ...tracedStart, ...likelyStart], user)).not.toMatch(
      /runc run failed|permitted/,
    );
  },
);

test.each(["execve", "openat", "close", "fstatfs"])("and does not without %s", (call) => {
  const names = [...ownCalls(), ...tracedStart, ...likelyStart].filter((name) => name !== call);
  expect(runUnder(names, 0)).toMatch(/./);
});
