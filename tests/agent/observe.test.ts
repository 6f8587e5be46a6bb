/** `plimsoll observe` as people run it: by id, name, compose project and process, to a file, interrupted, and with what it cannot find. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createCorrelator, createInventory, exampleSnapshot } from "@plimsoll/core";
import { createReader } from "@plimsoll/sensors";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openBox, work, type Box } from "./box.ts";
import { openPodman } from "./podman.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-observe-"));
afterAll(() => rmSync(folder, { recursive: true }));

let boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes) box.remove();
  boxes = [];
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly notes: string;
}

function plimsoll(
  args: readonly string[],
  {
    interruptAfter,
    environment = {},
    within = [],
  }: {
    readonly interruptAfter?: number;
    readonly environment?: Readonly<Record<string, string>>;
    readonly within?: readonly string[];
  } = {},
): Promise<Ended> {
  const [program, ...before] = [...within, process.execPath];
  const child = spawn(program!, [...before, "packages/cli/src/main.ts", "observe", ...args], {
    env: { ...process.env, ...environment, NO_COLOR: "1" },
  });
  const ended = { code: null as number | null, out: "", notes: "" };
  child.stdout.on("data", (chunk: Buffer) => (ended.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (ended.notes += chunk.toString()));
  if (interruptAfter !== undefined) setTimeout(() => child.kill("SIGINT"), interruptAfter).unref();
  return new Promise((resolve) => child.on("close", (code) => resolve({ ...ended, code })));
}

function box(id?: string): Box {
  const made = openBox(id);
  boxes.push(made);
  return made;
}

test("a container by the beginning of its id, for a while, then what it did", async () => {
  const inside = box();
  const gate = join(folder, "gate");
  const script = `while [ ! -e ${gate} ]; do ${work} connect 18282; cat /etc/hostname; sleep 0.5; done`;
  const running = inside.run("/bin/sh", "-c", script);
  await wait(100);
  const { code, out, notes } = await plimsoll([inside.id.slice(0, 16), "--for", "4s"]);
  writeFileSync(gate, "");
  await running;
  expect(out).toMatch(/its start was not seen/);
  expect(out).toMatch(/runs +.*\/usr\/bin\/cat/);
  expect(out).toMatch(/listens on +TCP 18282/);
  expect(out).toMatch(/connects to +.*127\.0\.0\.1:18282 TCP/);
  expect(out).toMatch(/asks for +www\.example\.com/);
  expect(notes).toMatch(/looked by ebpf/);
  expect(code).toBe(0);
});

test("a process, with all that is in its cgroup and nothing else, container or not", async () => {
  const [inside, beside] = [box(`plimsoll-observed-${process.pid}`), box()];
  const gate = join(folder, "third-gate");
  const loop = (deed: string): string => `while [ ! -e ${gate} ]; do ${deed}; sleep 0.5; done`;
  const running = [
    inside.run("/bin/sh", "-c", `${loop("cat /etc/hostname")} & ${loop("tail -n 1 /etc/passwd")}; wait`),
    beside.run("/bin/sh", "-c", loop("head -n 1 /etc/group")),
  ];
  await vi.waitFor(() => expect(inside.processes().length).toBeGreaterThanOrEqual(2));
  // The first of them lasts; the others come and go.
  const asked = inside.processes().at(0)!;
  const { code, out } = await plimsoll(["--pid", String(asked), "--for", "4s"]);
  writeFileSync(gate, "");
  await Promise.all(running);
  expect(out).toMatch(/its start was not seen/);
  for (const program of ["cat", "tail"]) expect(out).toMatch(new RegExp(`runs +.*/usr/bin/${program}`));
  for (const path of ["/etc/hostname", "/etc/passwd"]) expect(out).toContain(path);
  expect(out).not.toMatch(/\/usr\/bin\/head|\/etc\/group/);
  expect(code).toBe(0);
});

describe("containers of a real runtime", () => {
  let podman: ReturnType<typeof openPodman>;
  const loop = (name: string): string =>
    `echo ${name} >/etc/${name}; while :; do cat /etc/${name}; sleep 0.5; done`;
  const project = { "com.docker.compose.project": "harbour" };
  beforeAll(() => {
    podman = openPodman();
    podman.start("harbour-crane-1", loop("crane"), project);
    podman.start("harbour-gate-1", loop("gate"), project);
    podman.start("stranger", loop("stranger"), { "com.docker.compose.project": "elsewhere" });
  });
  afterAll(() => podman?.close());

  test.each([
    [["stranger"], ["stranger"]],
    [
      ["--compose", "harbour"],
      ["harbour-crane-1", "harbour-gate-1"],
    ],
    [
      ["stranger", "--compose", "harbour"],
      ["harbour-crane-1", "harbour-gate-1", "stranger"],
    ],
  ])("%j: these under their names, and nobody else", async (asked, names) => {
    const { code, out } = await plimsoll([...asked, "--for", "4s"], { environment: podman.environment });
    const blocks = out.trim().split("\n\n");
    expect(blocks.map((text) => text.split("  ")[0]).sort()).toEqual(names);
    for (const text of blocks) {
      const [, own] = /^(?:harbour-)?([a-z]+)/.exec(text)!;
      expect(text).toMatch(/runs +\/bin\/busybox/);
      expect(text).toMatch(new RegExp(`reads +/etc/${own}$`, "m"));
    }
    expect(code).toBe(0);
  });

  test("one that is over is not found any more", async () => {
    podman.start("brief", "exit 0");
    await wait(500);
    const { code, notes } = await plimsoll(["brief"], { environment: podman.environment });
    expect([code, notes]).toEqual([2, expect.stringContaining("no container brief runs on this machine")]);
  });
});

test("records to a file, ended early by an interrupt", async () => {
  const inside = box();
  const gate = join(folder, "second-gate");
  const running = inside.run("/bin/sh", "-c", `while [ ! -e ${gate} ]; do sleep 0.1; done`);
  const file = join(folder, "seen.jsonl");
  await wait(100);
  const { code, out } = await plimsoll([inside.id, "--for", "10m", "-o", file, "--quiet"], {
    interruptAfter: 8_000,
  });
  writeFileSync(gate, "");
  await running;
  expect([code, out]).toEqual([0, ""]);
  const reader = createReader({
    provenance: file,
    now: new Date().toISOString(),
    correlator: createCorrelator(createInventory(exampleSnapshot([]))),
  });
  reader.push(readFileSync(file, "utf8"));
  const { rejections, taken } = reader.result();
  expect(rejections).toEqual({});
  expect(taken).toBeGreaterThan(1);
  const records = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { watch?: object; observation?: { detail: { kind: string } } });
  expect(records.filter(({ watch }) => watch !== undefined)).toHaveLength(1);
  expect(records.some(({ observation }) => observation?.detail.kind === "exec")).toBe(true);
});

test("by /proc alone, it says what it cannot see", async () => {
  const { code, notes } = await plimsoll(["--tier", "proc", "--for", "1s"]);
  expect(notes).toMatch(
    /looked by proc; not seen: programs, files and connections between two looks; .*how a container began/,
  );
  expect(code).toBe(0);
});

test("where the only way asked for is refused, it says that it saw nothing, and ends as incomplete", async () => {
  const { code, notes } = await plimsoll(["--tier", "ebpf", "--for", "1s"], {
    within: [work, "nobpf", String(constants.errno.EPERM)],
  });
  expect(notes).toMatch(/not by ebpf: .*capabilities are missing/);
  expect(notes).toMatch(/looked by none; not seen: everything that containers do/);
  expect(code).toBe(3);
});

test.each([
  [["0123456789ab"], /no container 0123456789ab runs on this machine/],
  [["--pid", "999999999"], /no process 999999999 runs/],
  [["--pid", "1;ls"], /--pid is no process/],
  [["--for", "soon"], /--for is no length of time: soon/],
  [["--tier", "magic"], /there is no tier magic/],
  [["--compose", "nowhere"], /no container of the compose project nowhere runs/],
  [["no-such-container"], /no container is named no-such-container/],
])("refused in one line: %j", async (args, message) => {
  const { code, notes } = await plimsoll(args);
  expect(notes).toMatch(message);
  expect(code).toBe(2);
});
