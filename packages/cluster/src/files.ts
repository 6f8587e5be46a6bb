/** Reads files, folders, globs and standard input into a snapshot. */
import { closeSync, constants, fstatSync, globSync, openSync, readSync, statSync, type Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, relative, resolve } from "node:path";
import { UserError, type Snapshot, type SnapshotHeader } from "@plimsoll/core";
import { chunksOf } from "./chunk.ts";
import { createDraft, join, snapshotOf, type Draft } from "./draft.ts";
import { RefusedError } from "./limit.ts";
import { mergeSnapshots } from "./merge.ts";
import { inParallel } from "./pool.ts";
import { takeBytes, type Taken } from "./take.ts";
import type { Syntax } from "./documents.ts";
import { isMissing, whyOf } from "./failure.ts";
import { partsOf, type Part } from "./folder.ts";
import type { HelmOptions, Rendering } from "./helm.ts";
import { chartName, kustomizationNames } from "./walk.ts";

export interface FileOptions {
  /** What relative paths start from, and what `Source.file` is relative to. */
  readonly cwd: string;
  /** What `-` stands for; the process's standard input by default. */
  readonly stdin?: AsyncIterable<Buffer | string>;
  /** RFC 3339. */
  readonly takenAt: string;
  readonly onProgress?: (progress: FileProgress) => void;
  /** Custom kinds to take in as well, as `kyverno.io/v1/ClusterPolicy`. */
  readonly kinds?: readonly string[];
  /** Values for charts. */
  readonly helm?: HelmOptions;
}

export interface FileProgress {
  readonly files: number;
  readonly resources: number;
  /** What is being read. */
  readonly current: string;
}

interface Reading {
  readonly options: FileOptions;
  readonly draft: Draft;
  readonly saved: Snapshot[];
  readonly done: Set<string>;
  files: number;
  charts: number;
}

/**
 * Reads paths: `-`, a file, a folder, a glob, a saved snapshot. Throws a `UserError` (`no-input`) for a path that does
 * not exist; everything that cannot be read is a gap.
 */
export async function readFiles(paths: readonly string[], options: FileOptions): Promise<Snapshot> {
  const targets = paths.flatMap((path) => (path === "-" ? ["-"] : expanded(path, options.cwd)));
  const reading: Reading = {
    options,
    draft: createDraft(options.kinds),
    saved: [],
    done: new Set(),
    files: 0,
    charts: 0,
  };
  for (const target of targets) {
    if (target === "-") await readInput(reading);
    else await readPath(reading, target);
  }
  if (reading.charts === 0 && Object.values(options.helm ?? {}).some((given) => given.length > 0))
    throw new UserError(
      "no-input",
      `values were given, and there is no chart in ${paths.join(", ")}`,
      "name a chart's folder, or leave --set and --values out",
    );
  const { draft, saved } = reading;
  const empty = draft.resources.length + draft.gaps.length + draft.skipped.size === 0;
  const header: SnapshotHeader = {
    format: "plimsoll-snapshot",
    version: 1,
    takenAt: options.takenAt,
    server: { kind: "files", name: "files" },
  };
  const own = snapshotOf(draft, header, ["*"]);
  const [first, ...others] = saved;
  if (first === undefined) return own;
  return empty ? mergeSnapshots(first, ...others) : mergeSnapshots(own, ...saved);
}

/** A path that exists, or what a glob matches. */
function expanded(path: string, cwd: string): readonly string[] {
  const full = resolve(cwd, path);
  if (statOf(full) !== undefined) return [full];
  const matches = /[*?[\]{}]/.test(path) ? globSync(path, { cwd }).sort() : [];
  if (matches.length === 0) {
    throw new UserError(
      "no-input",
      `${path}: no such file or folder`,
      "give a file, a folder, a glob, or - for standard input",
    );
  }
  return matches.map((match) => resolve(cwd, match));
}

function statOf(path: string): Partial<Stats> | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    return {}; // it is there and cannot be looked at: whoever opens it says why
  }
}

async function readPath(reading: Reading, path: string): Promise<void> {
  if (statOf(path)?.isDirectory?.() === true) await readFolder(reading, path);
  else if (basename(path) === chartName || kustomizationNames.includes(basename(path))) {
    await readFolder(reading, dirname(path));
  } else await readOne(reading, path, true);
}

/** Files as they come, then what is to be rendered: that takes long, and is done several at a time. */
async function readFolder(reading: Reading, folder: string): Promise<void> {
  const renderings: (() => Promise<Draft>)[] = [];
  for (const part of partsOf(folder)) {
    if (part.kind === "file") await readOne(reading, part.path, false);
    else if (part.kind === "unreadable") unreadable(reading, part.path, part.why, part.blocking);
    else if (isNew(reading, part.path)) renderings.push(() => rendered(reading, part));
  }
  for (const draft of await inParallel(renderings, parallel)) join(reading.draft, draft);
}

const parallel = 4;

async function rendered(reading: Reading, part: Part): Promise<Draft> {
  const { options } = reading;
  const draft = createDraft(options.kinds);
  const { cwd, takenAt } = options;
  const rendering: Rendering = { folder: part.path, shown: shown(reading, part.path), cwd, takenAt };
  progress(reading, part.path);
  if (part.kind === "chart") reading.charts += 1;
  // Each is loaded where there is one: manifests alone need neither.
  if (part.kind === "chart") {
    const { takeChart } = await import("./helm.ts");
    await takeChart(draft, rendering, options.helm ?? {});
  } else if (part.kind === "kustomization") {
    const { takeKustomization } = await import("./kustomize.ts");
    await takeKustomization(draft, rendering, part.remote);
  }
  return draft;
}

/** Whether a path comes for the first time. */
function isNew(reading: Reading, path: string): boolean {
  if (reading.done.has(path)) return false;
  reading.done.add(path);
  return true;
}

/** A path as people gave it: relative to where they are, unless it lies outside. */
function shown({ options }: Reading, path: string): string {
  const short = relative(options.cwd, path);
  return short === "" ? "." : short.startsWith("../../../") ? path : short;
}

function unreadable(reading: Reading, path: string, why: string, blocking = true): void {
  reading.draft.gaps.push({
    reason: "unreadable",
    source: shown(reading, path),
    message: why,
    kinds: [],
    ...(blocking ? {} : { blocking }),
  });
}

async function readOne(reading: Reading, path: string, named: boolean): Promise<void> {
  if (!isNew(reading, path)) return;
  reading.files += 1;
  progress(reading, path);
  const text: Text = { file: shown(reading, path), syntax: syntaxOf(path), named };
  try {
    const { kind, size } = lookInto(path);
    if (kind === "snapshot") {
      const { readSnapshot } = await import("./snapshot.ts");
      reading.saved.push(await readSnapshot(path));
    } else if (kind === "special") unreadable(reading, path, "no regular file; to read from a pipe, use -");
    else if (size > longFile && text.syntax !== "json") await readLong(reading, path, text);
    else take(reading, await readFile(path), text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    unreadable(reading, path, error instanceof RefusedError ? error.message : whyOf(error));
  }
}

/** From here on a file is read in pieces. */
const longFile = 128 * 1024 * 1024;

/** All pieces are one text to whoever named it. */
async function readLong(reading: Reading, path: string, text: Text): Promise<void> {
  const taken: Taken = { resources: 0, skipped: 0, refused: 0 };
  for await (const { bytes, firstLine } of chunksOf(path)) {
    const part = takeBytes(reading.draft, bytes, { ...text, syntax: "yaml", firstLine });
    taken.resources += part.resources;
    taken.skipped += part.skipped;
    taken.refused += part.refused;
    progress(reading, path);
  }
  if (text.named) noteEmpty(reading, text, taken);
}

function progress({ options, draft, files }: Reading, path: string): void {
  options.onProgress?.({ files, resources: draft.resources.length, current: path });
}

/** A saved snapshot is compressed, and nothing else that is read begins so. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

interface Look {
  readonly kind: "text" | "snapshot" | "special";
  readonly size: number;
}

/** Opened without waiting, since a pipe has nobody at its other end; only regular files are read. */
function lookInto(path: string): Look {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return { kind: "special", size: 0 };
    const head = Buffer.alloc(zstdMagic.length);
    readSync(handle, head, 0, head.length, 0);
    return { kind: head.equals(zstdMagic) ? "snapshot" : "text", size: stats.size };
  } finally {
    closeSync(handle);
  }
}

function syntaxOf(path: string): Syntax {
  return extname(path).toLowerCase() === ".json" ? "json" : "either";
}

interface Text {
  readonly file: string;
  readonly syntax: Syntax;
  readonly named: boolean;
}

function take(reading: Reading, bytes: Buffer, text: Text): void {
  const taken = takeBytes(reading.draft, bytes, text);
  if (text.named) noteEmpty(reading, text, taken);
}

/** A file that was named and holds nothing of ours: somebody expected otherwise. */
function noteEmpty(reading: Reading, { file }: Text, { resources, skipped, refused }: Taken): void {
  if (resources + refused > 0) return;
  const message = skipped === 0 ? "it is empty" : "it holds no Kubernetes object that can be judged";
  reading.draft.gaps.push({ reason: "unsupported", source: file, message, kinds: [] });
}

async function readInput(reading: Reading): Promise<void> {
  progress(reading, "-");
  const chunks: Buffer[] = [];
  for await (const chunk of reading.options.stdin ?? process.stdin) chunks.push(Buffer.from(chunk));
  take(reading, Buffer.concat(chunks), { file: "-", syntax: "either", named: true });
}
