/** The snapshot file: zstd-compressed lines of JSON, a header and then one record a line, written and read as a stream. */
import { constants, createReadStream, lstatSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress, constants as zlib } from "node:zlib";
import { randomBytes } from "node:crypto";
import {
  UserError,
  type Detection,
  type Gap,
  type Image,
  type Observation,
  type ResourceRecord,
  type SkippedCount,
  type Source,
  type Snapshot,
  type SnapshotHeader,
  type Watch,
} from "@plimsoll/core";
import { admit } from "./admit.ts";
import { isSystemError, whyOf } from "./failure.ts";
import { RefusedError } from "./limit.ts";
import { isRawObject, type Raw } from "./raw.ts";
import { holdTemporary } from "./temporary.ts";

/** One line after the header. */
type Line =
  | { readonly object: ResourceRecord }
  | { readonly observation: Observation }
  | { readonly watch: Watch }
  | { readonly detection: Detection }
  | { readonly image: Image }
  | { readonly gap: Gap }
  | { readonly skipped: SkippedCount }
  | { readonly covered: string };

const version = 1;
/** A line is one object and its positions; longer than this it is no snapshot of ours. */
const longestLine = 64 * 1024 * 1024;

/** Writes the file whole or not at all: beside it first, then in its place. It is readable by its owner alone. */
export async function writeSnapshot(snapshot: Snapshot, file: string): Promise<void> {
  const beside = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  const release = holdTemporary(beside);
  try {
    mustBePlain(file);
    await writeLines(snapshot, beside);
    await rename(beside, file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unwritable(file, whyOf(error), error);
  } finally {
    release();
  }
}

function unwritable(file: string, why: string, cause?: unknown): UserError {
  return new UserError("output", `cannot write the snapshot ${file}: ${why}`, "choose another --output", {
    cause,
  });
}

/** A link would be replaced and not followed, and a device too: neither is what anybody meant. */
function mustBePlain(file: string): void {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) {
    throw unwritable(file, stats.isDirectory() ? "it is a folder" : "it is no regular file");
  }
}

async function writeLines(snapshot: Snapshot, file: string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(file, flags, 0o600);
  try {
    const compress = createZstdCompress({
      params: { [zlib.ZSTD_c_compressionLevel]: 3, [zlib.ZSTD_c_checksumFlag]: 1 },
    });
    await pipeline(Readable.from(chunksOf(snapshot)), compress, handle.createWriteStream({ flush: true }));
  } finally {
    await handle.close();
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
  for (const watch of snapshot.watches ?? []) yield { watch };
  for (const detection of snapshot.detections ?? []) yield { detection };
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

function unpacked(source: Source): Source {
  const { positions } = source;
  if (positions === undefined) return source;
  const table = Uint32Array.from(positions);
  for (let index = 2; index < table.length; index += 2) table[index]! += table[index - 2]!;
  return { ...source, positions: table };
}

interface Reading {
  header: SnapshotHeader | undefined;
  readonly resources: ResourceRecord[];
  readonly observations: Observation[];
  readonly watches: Watch[];
  readonly detections: Detection[];
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
    watches: [],
    detections: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: [],
  };
  let line = 0;
  try {
    for await (const text of textLines(decompressed(file))) {
      line += 1;
      takeLine(reading, text);
    }
  } catch (error) {
    throw badSnapshot(file, line, error);
  }
  const { header, watches, detections, ...records } = reading;
  if (header === undefined) throw badSnapshot(file, 0, new RefusedError("shape", "it is empty"));
  return {
    header,
    ...records,
    ...(watches.length === 0 ? {} : { watches }),
    ...(detections.length === 0 ? {} : { detections }),
  };
}

function decompressed(file: string): AsyncIterable<Buffer> {
  const plain = createZstdDecompress();
  // An error of either stream ends the other; whoever reads `plain` is told of it there.
  pipeline(createReadStream(file), plain).catch(() => undefined);
  return plain;
}

function badSnapshot(file: string, line: number, cause: unknown): UserError {
  const where = line === 0 ? file : `${file}, line ${line}`;
  const message = `${where}: ${reasonOf(cause)}`;
  return new UserError("bad-snapshot", message, "take it anew with plimsoll snapshot", { cause });
}

function reasonOf(cause: unknown): string {
  if (cause instanceof RefusedError) return cause.message;
  const damaged = isSystemError(cause) && /^(?:ZSTD|Z_|ERR_)/.test(cause.code);
  return damaged || cause instanceof SyntaxError ? "it is damaged or cut off" : whyOf(cause);
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
    if (length > longestLine) throw new RefusedError("shape", "the line is longer than 64 MiB");
  }
  if (length > 0) throw new RefusedError("shape", "the last line has no end: it is cut off");
}

function takeLine(reading: Reading, text: string): void {
  const line: unknown = JSON.parse(text);
  if (!isRawObject(line)) throw new RefusedError("shape", "no record");
  if (reading.header === undefined) {
    reading.header = headerOf(line);
    return;
  }
  const record = line as unknown as Partial<Record<string, unknown>>;
  if (record["object"] !== undefined) reading.resources.push(recordOf(record["object"]));
  else if (record["observation"] !== undefined)
    reading.observations.push(record["observation"] as Observation);
  else if (record["watch"] !== undefined) reading.watches.push(record["watch"] as Watch);
  else if (record["detection"] !== undefined) reading.detections.push(record["detection"] as Detection);
  else if (record["image"] !== undefined) reading.images.push(record["image"] as Image);
  else if (record["gap"] !== undefined) reading.gaps.push(record["gap"] as Gap);
  else if (record["skipped"] !== undefined) reading.skipped.push(record["skipped"] as SkippedCount);
  else if (typeof record["covered"] === "string") reading.covered.push(record["covered"]);
  else throw new RefusedError("shape", "a record of a kind that version 1 does not have");
}

/** Through the same door as everything else: a snapshot may be an older release's, or have been made by other hands. */
function recordOf(value: unknown): ResourceRecord {
  const { resource, source, lastChange } = (value ?? {}) as Partial<ResourceRecord>;
  if (source === undefined || typeof source.file !== "string")
    throw new RefusedError("shape", "an object without a source");
  const admission = admit(resource as unknown as Raw, undefined, { source: unpacked(source), wanted: true });
  if (admission.outcome !== "admitted") throw new RefusedError("shape", "an object without version or kind");
  return lastChange === undefined ? admission.record : { ...admission.record, lastChange };
}

function headerOf(line: object): SnapshotHeader {
  const header = line as unknown as Partial<SnapshotHeader>;
  if (header.format !== "plimsoll-snapshot") throw new RefusedError("shape", "it is no Plimsoll snapshot");
  if (header.version !== version) {
    throw new RefusedError(
      "shape",
      `version ${String(header.version)} is not known to this release, which reads version ${version}`,
    );
  }
  if (typeof header.takenAt !== "string" || !isRawObject(header.server))
    throw new RefusedError("shape", "its header is incomplete");
  return header as SnapshotHeader;
}
