/** A file in pieces that can be read for themselves: one of ordinary size whole, a very long stream cut between documents. */
import { open } from "node:fs/promises";
import { RefusedError } from "./limit.ts";

/** Longer files are read in pieces of about this size; a string cannot be longer than 512 MiB. */
const pieceLength = 64 * 1024 * 1024;

export interface Chunk {
  readonly bytes: Buffer;
  /** The line of the file at which it begins. */
  readonly firstLine: number;
}

/** The pieces of a file, each ending before a `---`. Throws `RefusedError` for a single document that is too long. */
export async function* chunksOf(path: string): AsyncGenerator<Chunk> {
  const file = await open(path, "r");
  try {
    let rest = Buffer.alloc(0);
    let firstLine = 1;
    for (;;) {
      const { bytes, ended } = await fill(file, rest);
      const cut = ended ? bytes.length : lastSeparator(bytes);
      if (cut === -1) throw new RefusedError("size", "more than 64 MiB without a document separator (---)");
      if (cut > 0) yield { bytes: bytes.subarray(0, cut), firstLine };
      if (ended) return;
      firstLine += linesIn(bytes.subarray(0, cut));
      rest = Buffer.from(bytes.subarray(cut));
    }
  } finally {
    await file.close();
  }
}

type File = Awaited<ReturnType<typeof open>>;

/** What was left over, and as much more as makes a piece. */
async function fill(file: File, rest: Buffer): Promise<{ readonly bytes: Buffer; readonly ended: boolean }> {
  const bytes = Buffer.allocUnsafe(rest.length + pieceLength);
  rest.copy(bytes);
  let length = rest.length;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return { bytes: bytes.subarray(0, length), ended: true };
    length += bytesRead;
  }
  return { bytes, ended: false };
}

const separator = Buffer.from("\n---");

/** Where the last document begins, if not at the start; -1 where there is no such place. */
function lastSeparator(bytes: Buffer): number {
  for (let at = bytes.lastIndexOf(separator); at > 0; at = bytes.lastIndexOf(separator, at - 1)) {
    const next = bytes[at + separator.length];
    if (next === 0x0a || next === 0x0d || next === 0x20 || next === 0x09) return at + 1;
  }
  return -1;
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
