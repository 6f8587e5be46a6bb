/**
 * What a disk holds after a power failure: of what was done to it, all that was flushed, and of the rest any part, in
 * any order, torn at any sector. Made from the record that `disk.c` keeps.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Random } from "../../packages/cluster/src/doors.ts";

export interface Deed {
  readonly op: "W" | "S" | "T" | "R" | "U";
  readonly path: string;
  /** Where a write begins; how long a file is cut to. */
  readonly at: number;
  /** What was written; for `R` the new name. */
  readonly data: Buffer;
}

const head = 24;
const sector = 512;

export function deedsIn(trace: Buffer): readonly Deed[] {
  const deeds: Deed[] = [];
  for (let from = 0; from + head <= trace.length;) {
    const [path, size] = [trace.readUInt32LE(from + 4), trace.readUInt32LE(from + 8)];
    const text = from + head;
    deeds.push({
      op: String.fromCharCode(trace.readUInt32LE(from)) as Deed["op"],
      path: trace.toString("utf8", text, text + path),
      at: Number(trace.readBigUInt64LE(from + 16)),
      data: trace.subarray(text + path, text + path + size),
    });
    from = text + path + size;
  }
  return deeds;
}

interface Content {
  /** Longer than what it holds, so that it seldom has to grow. */
  bytes: Buffer;
  length: number;
}

interface File {
  readonly flushed: Content;
  waiting: Deed[];
}

/** The files of a folder, by their present names. */
export interface Drive {
  readonly apply: (deed: Deed) => void;
  /** Writes what is left of it. */
  readonly cut: (folder: string, random: Random) => void;
}

export function createDrive(): Drive {
  const files = new Map<string, File>();
  const fileOf = (path: string): File => {
    const file = files.get(path) ?? { flushed: { bytes: Buffer.alloc(0), length: 0 }, waiting: [] };
    files.set(path, file);
    return file;
  };
  return {
    apply: (deed) => {
      const { op, path, data } = deed;
      if (op === "W" || op === "T") fileOf(path).waiting.push(deed);
      else if (op === "U") files.delete(path);
      else if (op === "R") {
        files.set(data.toString(), fileOf(path));
        files.delete(path);
      } else {
        const file = files.get(path);
        if (file === undefined) return; // a folder: names are kept as they are made
        for (const waiting of file.waiting) put(file.flushed, waiting);
        file.waiting = [];
      }
    },
    cut: (folder, random) => {
      mkdirSync(folder, { recursive: true });
      for (const [path, { flushed, waiting }] of files) {
        // The shared index of the log is memory, and made anew.
        if (/-shm$|\.lock$|\.part$/.test(path)) continue;
        const left = { bytes: Buffer.from(flushed.bytes), length: flushed.length };
        for (const deed of waiting.flatMap((one) => torn(one, random))) put(left, deed);
        writeFileSync(join(folder, basename(path)), left.bytes.subarray(0, left.length));
      }
    },
  };
}

function put(content: Content, { op, at, data }: Deed): void {
  const end = op === "T" ? at : Math.max(content.length, at + data.length);
  if (end > content.bytes.length) {
    const bytes = Buffer.alloc(end * 2);
    content.bytes.copy(bytes, 0, 0, content.length);
    content.bytes = bytes;
  }
  if (op === "T") content.bytes.fill(0, Math.min(at, content.length), content.length);
  else data.copy(content.bytes, at);
  content.length = end;
}

/** A write that was not flushed: whole, not at all, or some of its sectors. */
function torn(deed: Deed, random: Random): readonly Deed[] {
  const luck = random.next();
  if (luck < 0.4) return [deed];
  if (luck < 0.7 || deed.op === "T") return [];
  const sectors: Deed[] = [];
  for (let from = 0; from < deed.data.length; from += sector)
    if (random.next() < 0.5)
      sectors.push({ ...deed, at: deed.at + from, data: deed.data.subarray(from, from + sector) });
  return sectors;
}
