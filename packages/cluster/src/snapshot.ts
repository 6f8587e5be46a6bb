/** The snapshot file: zstd-compressed lines of JSON, a header and then one record a line, written and read as a stream. */
import { constants, createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress, constants as zlib } from "node:zlib";
import { randomBytes } from "node:crypto";
import {
  UserError,
  type Gap,
  type Image,
  type Observation,
  type ResourceRecord,
  type SkippedCount,
  type Snapshot,
  type SnapshotHeader,
} from "@plimsoll/core";
import { isRawObject } from "./raw.ts";

/** One line after the header. */
type Line =
  | { readonly object: ResourceRecord }
  | { readonly observation: Observation }
  | { readonly image: Image }
  | { readonly gap: Gap }
  | { readonly skipped: SkippedCount }
  | { readonly covered: string };

const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const version = 1;
/** A line is one object and its positions; longer than this it is no snapshot of ours. */
const longestLine = 64 * 1024 * 1024;

export function isSnapshotFile(firstBytes: Buffer): boolean {
  return firstBytes.subarray(0, zstdMagic.length).equals(zstdMagic);
}

/** Writes the file whole or not at all: beside it first, then in its place. It is readable by its owner alone. */
export async function writeSnapshot(snapshot: Snapshot, file: string): Promise<void> {
  const beside = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(beside, flags, 0o600);
    try {
      const compress = createZstdCompress({
        params: { [zlib.ZSTD_c_compressionLevel]: 3, [zlib.ZSTD_c_checksumFlag]: 1 },
      });
      await pipeline(Readable.from(chunksOf(snapshot)), compress, handle.createWriteStream({ flush: true }));
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UserError("output", `cannot write the snapshot ${file}: ${code}`, "choose another --output", {
      cause: error,
    });
  }
}

const chunkLength = 256 * 1024;

function* chunksOf(snapshot: Snapshot): Generator<string> {
  let chunk = "";
  for (const line of linesOf(snapshot)) {
    chunk += `${JSON.stringify(line)}\n`;
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}

function* linesOf(snapshot: Snapshot): Generator<Line | SnapshotHeader> {
  yield snapshot.header;
  for (const covered of snapshot.covered) yield { covered };
  for (const record of snapshot.resources) yield { object: packed(record) };
  for (const observation of snapshot.observations) yield { observation };
  for (const image of snapshot.images) yield { image };
  for (const gap of snapshot.gaps) yield { gap };
  for (const skipped of snapshot.skipped) yield { skipped };
}

/** Positions as plain numbers, each line as the step from the one before: most are 0 or 1, which packs well. */
function packed(record: ResourceRecord): ResourceRecord {
  const { positions } = record.source;
  if (positions === undefined) return record;
  const steps = Array.from(positions);
  for (let index = steps.length - 2; index >= 2; index -= 2) steps[index]! -= positions[index - 2]!;
  return { ...record, source: { ...record.source, positions: steps } };
}

function unpacked(record: ResourceRecord): ResourceRecord {
  const { positions } = record.source;
  if (positions === undefined) return record;
  const table = Uint32Array.from(positions);
  for (let index = 2; index < table.length; index += 2) table[index]! += table[index - 2]!;
  return { ...record, source: { ...record.source, positions: table } };
}

interface Reading {
  header: SnapshotHeader | undefined;
  readonly resources: ResourceRecord[];
  readonly observations: Observation[];
  readonly images: Image[];
  readonly gaps: Gap[];
  readonly skipped: SkippedCount[];
  readonly covered: string[];
}

/** Reads a snapshot file. Throws a `UserError` (`bad-snapshot`) that names the line where it cannot be read. */
export async function readSnapshot(file: string): Promise<Snapshot> {
  const reading: Reading = {
    header: undefined,
    resources: [],
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: [],
  };
  let line = 0;
  try {
    for await (const text of textLines(createReadStream(file).pipe(createZstdDecompress()))) {
      line += 1;
      takeLine(reading, text);
    }
  } catch (error) {
    throw badSnapshot(file, line, error);
  }
  const { header, ...records } = reading;
  if (header === undefined) throw badSnapshot(file, 0, new Error("it is empty"));
  return { header, ...records };
}

function badSnapshot(file: string, line: number, cause: unknown): UserError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why =
    code === "ENOENT" || code === "EACCES" || code === "EISDIR"
      ? code
      : code.startsWith("ZSTD") || code.startsWith("Z_") || code === "ERR_ZSTD"
        ? "it is damaged or cut off"
        : cause instanceof Error
          ? cause.message
          : "it is damaged";
  return new UserError(
    "bad-snapshot",
    `${file}, line ${line}: ${why}`,
    "take it anew with plimsoll snapshot",
    { cause },
  );
}

async function* textLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString("utf8");
      rest = [];
      length = 0;
      start = end + 1;
    }
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > longestLine) throw new Error("the line is longer than 64 MiB");
  }
  if (length > 0) throw new Error("the last line has no end: it is cut off");
}

function takeLine(reading: Reading, text: string): void {
  const line: unknown = JSON.parse(text);
  if (!isRawObject(line)) throw new Error("no record");
  if (reading.header === undefined) {
    reading.header = headerOf(line);
    return;
  }
  const record = line as unknown as Partial<Record<string, unknown>>;
  if (record["object"] !== undefined)
    reading.resources.push(unpacked(checked(record["object"]) as unknown as ResourceRecord));
  else if (record["observation"] !== undefined)
    reading.observations.push(record["observation"] as Observation);
  else if (record["image"] !== undefined) reading.images.push(record["image"] as Image);
  else if (record["gap"] !== undefined) reading.gaps.push(record["gap"] as Gap);
  else if (record["skipped"] !== undefined) reading.skipped.push(record["skipped"] as SkippedCount);
  else if (typeof record["covered"] === "string") reading.covered.push(record["covered"]);
  else throw new Error("a record of a kind that version 1 does not have");
}

/** The parts of a record that everything relies on; the rest was checked when it was written. */
function checked(record: unknown): object {
  const { resource, source } = (record ?? {}) as { resource?: unknown; source?: unknown };
  const sound =
    isRawObject(resource) &&
    typeof resource["apiVersion"] === "string" &&
    typeof resource["kind"] === "string" &&
    isRawObject(resource["metadata"]) &&
    isRawObject(source) &&
    typeof source["file"] === "string";
  if (!sound) throw new Error("an object without version, kind, metadata or source");
  return record as object;
}

function headerOf(line: object): SnapshotHeader {
  const header = line as unknown as Partial<SnapshotHeader>;
  if (header.format !== "plimsoll-snapshot") throw new Error("it is no Plimsoll snapshot");
  if (header.version !== version) {
    throw new Error(
      `version ${String(header.version)} is not known to this release, which reads version ${version}`,
    );
  }
  if (typeof header.takenAt !== "string" || !isRawObject(header.server))
    throw new Error("its header is incomplete");
  return header as SnapshotHeader;
}
