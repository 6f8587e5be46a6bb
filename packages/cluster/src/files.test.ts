import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { UserError, type Snapshot } from "@plimsoll/core";
import { afterAll, expect, test } from "vitest";
import { readFiles, type FileProgress } from "./files.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
afterAll(() => rmSync(root, { recursive: true }));
const takenAt = "2026-01-01T00:00:00Z";
let serial = 0;

const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;

/** A folder of its own with these files; a value that is a function makes what stands there. */
function folderOf(files: { readonly [path: string]: string | Buffer | ((path: string) => void) }): string {
  serial += 1;
  const folder = join(root, `f${serial}`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "function") content(path);
    else writeFileSync(path, content);
  }
  return folder;
}

async function read(cwd: string, paths: readonly string[], stdin?: string): Promise<Snapshot> {
  return readFiles(paths, {
    cwd,
    takenAt,
    ...(stdin === undefined ? {} : { stdin: Readable.from([Buffer.from(stdin)]) }),
  });
}

function found({ resources }: Snapshot): string[] {
  return resources.map(({ resource, source }) => `${source.file}:${source.line} ${resource.metadata.name}`);
}

function gaps(snapshot: Snapshot): string[] {
  return snapshot.gaps.map(({ reason, source, message }) => `${reason} ${source}: ${message}`);
}

test("a folder is read in sorted order, with paths from where the scan was asked for", async () => {
  const cwd = folderOf({
    "b/2.yml": namespace("two"),
    "b/10.yaml": `---\n${namespace("ten")}`,
    "a.json": JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } }),
    "b/notes.txt": "no manifest",
    "package.json": '{"name": "x"}',
    ".git/config.yaml": namespace("git"),
    "node_modules/x/a.yaml": namespace("module"),
    ".github/workflow.yaml": "on: push\n",
  });
  const snapshot = await read(cwd, ["."]);
  expect(found(snapshot)).toEqual(["a.json:1 a", "b/10.yaml:2 ten", "b/2.yml:1 two"]);
  expect(snapshot.skipped).toEqual([{ reason: "not-kubernetes", count: 2 }]);
  expect(snapshot.gaps).toEqual([]);
  expect(snapshot.header).toEqual({
    format: "plimsoll-snapshot",
    version: 1,
    takenAt,
    server: { kind: "files", name: "files" },
  });
  expect(snapshot.covered).toEqual(["*"]);
});

test("files, globs and standard input; a file that is given twice is read once", async () => {
  const cwd = folderOf({
    "a.yaml": namespace("a"),
    "b.yaml": namespace("b"),
    "c.txt": namespace("c"),
    "[d].yaml": namespace("d"),
  });
  expect(found(await read(cwd, ["*.yaml", "a.yaml"]))).toEqual(["[d].yaml:1 d", "a.yaml:1 a", "b.yaml:1 b"]);
  expect(found(await read(cwd, ["[d].yaml", "c.txt"]))).toEqual(["[d].yaml:1 d", "c.txt:1 c"]);
  expect(found(await read(cwd, ["-"], namespace("in")))).toEqual(["-:1 in"]);
});

test.each(["none.yaml", "none/", "no*.yaml"])(
  "%s, which is not there, is the user's mistake",
  async (path) => {
    const error = await read(folderOf({ "a.yaml": "" }), [path]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe("no-input");
  },
);

test("a file that was named and holds nothing of ours is a gap; in a folder it is counted", async () => {
  const cwd = folderOf({
    "values.yaml": "replicas: 3\n",
    "empty.yaml": "\n",
    "thing.yaml": "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n",
  });
  expect(gaps(await read(cwd, ["values.yaml", "empty.yaml", "thing.yaml"]))).toEqual([
    "unsupported values.yaml: it holds no Kubernetes object that can be judged",
    "unsupported empty.yaml: it is empty",
    "unsupported thing.yaml: it holds no Kubernetes object that can be judged",
  ]);
  const snapshot = await read(cwd, ["."]);
  expect(snapshot.gaps).toEqual([]);
  expect(snapshot.skipped).toEqual([
    { reason: "not-kubernetes", count: 1 },
    { reason: "unknown-kind", count: 1 },
  ]);
});

test("custom kinds that are asked for are taken in", async () => {
  const cwd = folderOf({
    "a.yaml": "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: x}\nspec: {}\n",
  });
  const snapshot = await readFiles(["."], { cwd, takenAt, kinds: ["kyverno.io/v1/ClusterPolicy"] });
  expect(found(snapshot)).toEqual(["a.yaml:1 x"]);
});

test("in a folder a kind that is no longer served does not make a scan incomplete", async () => {
  const cwd = folderOf({
    "a.yaml": "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: x}\n",
  });
  expect((await read(cwd, ["."])).gaps).toMatchObject([{ reason: "unsupported", blocking: false, line: 1 }]);
  expect((await read(cwd, ["a.yaml"])).gaps[0]).not.toHaveProperty("blocking");
});

const utf16 = (text: string, bigEndian = false): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};

test.each([
  ["UTF-8 with a mark", Buffer.from(`\ufeff${namespace("a")}`)],
  ["UTF-16, little end first", utf16(namespace("a"))],
  ["UTF-16, big end first", utf16(namespace("a"), true)],
  ["NULs at the end", Buffer.from(`${namespace("a")}\0\0`)],
  ["carriage returns", Buffer.from(namespace("a").replaceAll("\n", "\r\n"))],
])("case 18 and 19: %s is the same", async (_, bytes) => {
  expect(found(await read(folderOf({ "a.yaml": bytes }), ["."]))).toEqual(["a.yaml:1 a"]);
});

test.each([
  [
    "invalid UTF-8",
    Buffer.concat([Buffer.from(namespace("a")), Buffer.from([0xff, 0xc0, 0x80])]),
    "not UTF-8",
  ],
  ["a NUL in the middle", Buffer.from(`${namespace("a")}\0x: 1\n`), "a NUL character: not a text"],
  [
    "half a UTF-16",
    Buffer.concat([utf16(namespace("a")), Buffer.from([0x00, 0xd8, 0x00])]),
    "not UTF-16LE, though it is marked so",
  ],
])("case 18: %s is refused", async (_, bytes, message) => {
  const cwd = folderOf({ "a.yaml": bytes, "b.yaml": namespace("b") });
  const snapshot = await read(cwd, ["a.yaml", "b.yaml"]);
  expect(gaps(snapshot)).toEqual([`unreadable a.yaml: ${message}`]);
  expect(found(snapshot)).toEqual(["b.yaml:1 b"]);
});

test("case 102: pipes and devices are told and not waited for", async () => {
  const cwd = folderOf({
    "pipe.yaml": (path) => execFileSync("mkfifo", [path]),
    "zero.yaml": (path) => symlinkSync("/dev/zero", path),
    "a.yaml": namespace("a"),
  });
  const snapshot = await read(cwd, ["."]);
  expect(found(snapshot)).toEqual(["a.yaml:1 a"]);
  expect(snapshot.gaps).toMatchObject([
    { source: "pipe.yaml", message: "no regular file", blocking: false },
    { source: "zero.yaml", message: "a link that leads out of the folder was not followed", blocking: false },
  ]);
  expect(gaps(await read(cwd, ["pipe.yaml", "/dev/zero", "zero.yaml", "/proc/self/mem"]))).toEqual([
    "unreadable pipe.yaml: no regular file; to read from a pipe, use -",
    "unreadable /dev/zero: no regular file; to read from a pipe, use -",
    "unreadable zero.yaml: no regular file; to read from a pipe, use -",
    "unreadable /proc/self/mem: it cannot be read",
  ]);
});

test("case 102: links in circles end, links inside are followed once, links outside never", async () => {
  const outside = folderOf({ "secret.yaml": namespace("outside") });
  const cwd = folderOf({
    "a/x.yaml": namespace("x"),
    "a/again": (path) => symlinkSync("..", path),
    b: (path) => symlinkSync("a", path),
    "c.yaml": (path) => symlinkSync("a/x.yaml", path),
    "self.yaml": (path) => symlinkSync("self.yaml", path),
    "out.yaml": (path) => symlinkSync(join(outside, "secret.yaml"), path),
    outside: (path) => symlinkSync(outside, path),
    "dangling.yaml": (path) => symlinkSync("none", path),
  });
  const snapshot = await read(cwd, ["."]);
  expect(found(snapshot).filter((line) => line.endsWith(" outside"))).toEqual([]);
  expect(found(snapshot).every((line) => line.endsWith(" x"))).toBe(true);
  expect(gaps(snapshot)).toEqual([
    "unreadable dangling.yaml: it does not exist",
    "unreadable out.yaml: a link that leads out of the folder was not followed",
    "unreadable outside: a link that leads out of the folder was not followed",
    "unreadable self.yaml: its links lead in a circle",
  ]);
  expect(gaps(await read(cwd, ["self.yaml"]))).toEqual(["unreadable self.yaml: its links lead in a circle"]);
});

test("case 102: names that begin with a hyphen or look like anything else are names", async () => {
  const cwd = folderOf({
    "-x.yaml": namespace("hyphen"),
    "--format.yaml": namespace("option"),
    "a\nb.yaml": namespace("line"),
    "$(id).yaml": namespace("shell"),
  });
  expect((await read(cwd, ["."])).resources).toHaveLength(4);
  expect(found(await read(cwd, ["./-x.yaml"]))).toEqual(["-x.yaml:1 hyphen"]);
});

test("case 102: ten thousand files are walked", async () => {
  const folder = join(root, "many");
  for (let part = 0; part < 20; part += 1) {
    mkdirSync(join(folder, String(part)), { recursive: true });
    for (let file = 0; file < 500; file += 1) writeFileSync(join(folder, String(part), `${file}.txt`), "");
  }
  writeFileSync(join(folder, "19", "last.yaml"), namespace("last"));
  expect(found(await read(folder, ["."]))).toEqual(["19/last.yaml:1 last"]);
});

test("progress is told", async () => {
  const told: FileProgress[] = [];
  const cwd = folderOf({ "a.yaml": namespace("a"), "b.yaml": namespace("b") });
  await readFiles(["."], { cwd, takenAt, onProgress: (progress) => told.push(progress) });
  expect(told).toEqual([
    { files: 1, resources: 0, current: join(cwd, "a.yaml") },
    { files: 2, resources: 1, current: join(cwd, "b.yaml") },
  ]);
});

test("the same files give the same snapshot", async () => {
  const cwd = folderOf({
    "a.yaml": `${namespace("a")}---\n${namespace("b")}`,
    "b.yaml": "a: [\napiVersion: kind\n",
  });
  expect(JSON.stringify(await read(cwd, ["."]))).toBe(JSON.stringify(await read(cwd, ["."])));
});
