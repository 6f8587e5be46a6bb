import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { locate, UserError, type Snapshot } from "@plimsoll/core";
import { afterAll, expect, test } from "vitest";
import { readFiles } from "./files.ts";
import { mergeSnapshots } from "./merge.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const takenAt = "2026-01-01T00:00:00Z";

writeFileSync(
  join(folder, "a.yaml"),
  "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  hostPID: true\n  containers:\n    - name: a\n      image: b\n---\nx: [\n",
);
const watched = { namespace: "shop", workloadKind: "Pod", workload: "a", container: "a" } as const;
const snapshot = await readFiles(["a.yaml"], { cwd: folder, takenAt });

async function failure(work: Promise<unknown>): Promise<UserError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it succeeded");
}

/** Lines of JSON as a snapshot file. */
function fileOf(...lines: readonly unknown[]): string {
  const file = join(folder, `made-${Math.random()}.zst`);
  writeFileSync(
    file,
    zstdCompressSync(
      lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""),
    ),
  );
  return file;
}

test("what is written is read back, with lines and columns", async () => {
  const file = join(folder, "a.zst");
  const whole: Snapshot = {
    ...snapshot,
    images: [{ reference: "b", sources: ["test"] }],
    watches: [
      {
        container: watched,
        pod: "a-1",
        sensor: "test",
        provenance: "n",
        watched: [],
        heard: [],
        fromStart: true,
        sight: { exec: "whole" },
        events: { exec: 1 },
        drops: 2,
      },
    ],
    detections: [
      {
        container: watched,
        sensor: "test",
        rule: "shell",
        severity: "high",
        message: "m",
        techniques: [],
        trust: "tool",
        support: [],
      },
    ],
    skipped: [{ reason: "unknown-kind", count: 3 }],
  };
  await writeSnapshot(whole, file);
  const back = await readSnapshot(file);
  expect(back).toEqual(whole);
  const [record] = back.resources;
  expect(locate(record!.resource, record!.source, ["spec", "hostPID"])).toEqual({ line: 6, column: 3 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file).subarray(0, 4)).toEqual(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
});

test("it is lines of JSON", async () => {
  const file = join(folder, "lines.zst");
  await writeSnapshot(snapshot, file);
  const lines = zstdDecompressSync(readFileSync(file)).toString().trimEnd().split("\n");
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
    "format",
    "covered",
    "object",
    "gap",
  ]);
});

test("a file that is scanned may be a snapshot", async () => {
  const file = join(folder, "b.zst");
  const live: Snapshot = {
    ...snapshot,
    header: { ...snapshot.header, server: { kind: "cluster", name: "prod" } },
    covered: ["v1/Pod"],
  };
  await writeSnapshot(live, file);
  expect(await readFiles([file], { cwd: folder, takenAt: "2027-01-01T00:00:00Z" })).toEqual(live);
  const merged = await readFiles([file, "a.yaml"], { cwd: folder, takenAt: "2027-01-01T00:00:00Z" });
  expect(merged.header).toEqual({ ...live.header, takenAt: "2027-01-01T00:00:00Z" });
  expect(merged.resources).toHaveLength(2);
  expect(merged.covered).toEqual(["v1/Pod"]);
});

const header = snapshot.header;

test.each([
  ["another version", [{ ...header, version: 2 }], /line 1: version 2 is not known to this release/],
  ["another format", [{ format: "x" }], /line 1: it is no Plimsoll snapshot/],
  ["no header", [], /: it is empty$/],
  ["half a header", [{ format: header.format, version: 1 }], /line 1: its header is incomplete/],
  ["a line that is no JSON", [header, "{x"], /line 2: it is damaged or cut off/],
  ["a record of an unknown kind", [header, { wonder: 1 }], /line 2: a record of a kind/],
  [
    "an object that is none",
    [header, { object: { resource: 1, source: { file: "x" } } }],
    /line 2: an object without version or kind/,
  ],
  [
    "an object without a source",
    [header, { object: { resource: {} } }],
    /line 2: an object without a source/,
  ],
  [
    "an object of a wrong shape",
    [
      header,
      { object: { resource: { apiVersion: "v1", kind: "Pod", metadata: [] }, source: { file: "x" } } },
    ],
    /line 2: metadata must be a mapping/,
  ],
])("%s is refused by line", async (_, lines, message) => {
  const error = await failure(readSnapshot(fileOf(...lines)));
  expect([error.code, error.message]).toEqual(["bad-snapshot", expect.stringMatching(message)]);
});

test("a snapshot that is cut off or damaged anywhere is refused, never read in part", async () => {
  const file = join(folder, "cut.zst");
  await writeSnapshot(snapshot, file);
  const whole = readFileSync(file);
  for (let length = 4; length < whole.length; length += 7) {
    writeFileSync(file, whole.subarray(0, length));
    expect((await failure(readSnapshot(file))).code).toBe("bad-snapshot");
  }
  for (let at = 4; at < whole.length; at += 11) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x10;
    writeFileSync(file, changed);
    const outcome = await readSnapshot(file).catch((error: unknown) => error);
    if (!(outcome instanceof UserError)) expect(outcome).toEqual(snapshot);
  }
  truncateSync(file, 0);
  expect((await failure(readSnapshot(file))).message).toContain("it is damaged or cut off");
});

test("a file that is not there is told", async () => {
  expect((await failure(readSnapshot(join(folder, "none.zst")))).message).toMatch(/it does not exist$/);
});

test("what another hand left in is pruned and redacted on the way in", async () => {
  const resource = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", managedFields: [] },
    spec: { containers: [{ name: "a", image: "b", env: [{ name: "PASSWORD", value: "hunter2" }] }] },
  };
  const back = await readSnapshot(fileOf(header, { object: { resource, source: { file: "cluster" } } }));
  expect(JSON.stringify(back)).not.toMatch(/hunter2|managedFields/);
});

test("prototype keys in a snapshot are data", async () => {
  const back = await readSnapshot(
    fileOf(
      header,
      '{"object":{"resource":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"x"}},"source":{"file":"x"},"__proto__":{"polluted":1}}}',
    ),
  );
  expect(Object.keys(back.resources[0]!.resource["data"] as object)).toEqual(["__proto__"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test.each([
  ["a link", (path: string) => symlinkSync(join(folder, "a.yaml"), path), "it is no regular file"],
  ["a folder", (path: string) => mkdirSync(path), "it is a folder"],
])("case 103: %s in its place is left alone", async (_, make, message) => {
  const path = join(folder, `place-${Math.random()}`);
  make(path);
  const error = await failure(writeSnapshot(snapshot, path));
  expect([error.code, error.message]).toEqual(["output", expect.stringContaining(message)]);
  expect(readFileSync(join(folder, "a.yaml"), "utf8")).toContain("hostPID");
});

test("case 103: a place that cannot be written to is told, and nothing is left", async () => {
  const error = await failure(writeSnapshot(snapshot, join(folder, "none", "x.zst")));
  expect(error).toMatchObject({ code: "output", message: expect.stringContaining("it does not exist") });
  const full = join(folder, "full");
  mkdirSync(full);
  await writeSnapshot(snapshot, join(full, "x.zst"));
  await writeSnapshot(snapshot, join(full, "x.zst"));
  expect(readdirSync(full)).toEqual(["x.zst"]);
});

test("case 105: a process that is ended while it writes leaves the old file and no other", async () => {
  const place = join(folder, "ended");
  mkdirSync(place);
  writeFileSync(join(place, "x.zst"), "old");
  chmodSync(place, 0o700);
  const script = `
    import { writeSnapshot } from ${JSON.stringify(join(import.meta.dirname, "snapshot.ts"))};
    const resource = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: {} };
    const resources = new Proxy([], { get: (target, key) => key === Symbol.iterator
      ? function* () { console.log("writing"); for (;;) yield { resource, source: { file: "x" } }; }
      : target[key] });
    await writeSnapshot({ header: {}, resources, observations: [], images: [], gaps: [], skipped: [], covered: [] }, ${JSON.stringify(join(place, "x.zst"))});`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await expect.poll(() => readdirSync(place).length, { timeout: 10_000 }).toBe(2);
  child.kill("SIGTERM");
  const signal = await new Promise((resolve) => child.once("close", (_code, name) => resolve(name)));
  expect(signal).toBe("SIGTERM");
  expect(readdirSync(place)).toEqual(["x.zst"]);
  expect(readFileSync(join(place, "x.zst"), "utf8")).toBe("old");
});

test("merged coverage is what every source covers", () => {
  const covering = (...covered: readonly string[]): Snapshot => ({ ...snapshot, covered });
  expect(mergeSnapshots(covering("*"), covering("*")).covered).toEqual(["*"]);
  expect(mergeSnapshots(covering("*"), covering("v1/Pod", "v1/Node")).covered).toEqual(["v1/Node", "v1/Pod"]);
  expect(mergeSnapshots(covering("v1/Pod"), covering("v1/Node")).covered).toEqual([]);
  expect(mergeSnapshots(snapshot)).toBe(snapshot);
  expect(existsSync(folder)).toBe(true);
});
