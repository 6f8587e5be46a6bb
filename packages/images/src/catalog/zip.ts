/** The entries of a zip archive, read from its end without unpacking the rest (APPNOTE.TXT 6.3). Zip64 is not read. */
import { inflateRawSync } from "node:zlib";
import { bytesOf } from "./bytes.ts";

/** A file or bytes in memory. */
export interface Archive {
  readonly size: number;
  readonly part: (at: number, length: number) => Uint8Array | undefined;
}

export interface ZipEntry {
  readonly name: string;
  /** Unpacked; undefined where it is damaged, larger than `most` bytes, or packed in another way. */
  readonly read: (most: number) => Uint8Array | undefined;
}

const endSize = 22;
const longestComment = 0xffff;
const largestIndex = 64 << 20;

/** Undefined: no archive, or one that cannot be read. */
export function zipEntries(archive: Archive): readonly ZipEntry[] | undefined {
  const tailAt = Math.max(0, archive.size - endSize - longestComment);
  const tail = archive.part(tailAt, archive.size - tailAt);
  const end = tail === undefined ? -1 : lastEnd(tail);
  if (tail === undefined || end < 0) return undefined;
  const closing = bytesOf(tail);
  const [count, size, at] = [closing.u16(end + 10)!, closing.u32(end + 12)!, closing.u32(end + 16)!];
  if (size > largestIndex || at + size > archive.size) return undefined;
  const index = archive.part(at, size);
  return index === undefined ? undefined : entriesIn(index, count, archive);
}

function lastEnd(tail: Uint8Array): number {
  const bytes = bytesOf(tail);
  for (let at = tail.length - endSize; at >= 0; at -= 1) if (bytes.u32(at) === 0x06054b50) return at;
  return -1;
}

function entriesIn(index: Uint8Array, count: number, archive: Archive): readonly ZipEntry[] | undefined {
  const bytes = bytesOf(index);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    if (bytes.u32(at) !== 0x02014b50) return undefined;
    const [names, extra, comment] = [bytes.u16(at + 28), bytes.u16(at + 30), bytes.u16(at + 32)];
    const local = bytes.u32(at + 42);
    if (names === undefined || extra === undefined || comment === undefined || local === undefined)
      return undefined;
    const [method, packed, unpacked] = [bytes.u16(at + 10)!, bytes.u32(at + 20)!, bytes.u32(at + 24)!];
    entries.push({
      name: new TextDecoder().decode(bytes.slice(at + 46, at + 46 + names)),
      read: (most) =>
        unpacked > most || packed > most ? undefined : contentOf(archive, local, method, packed, most),
    });
    at += 46 + names + extra + comment;
  }
  return entries;
}

function contentOf(
  archive: Archive,
  local: number,
  method: number,
  packed: number,
  most: number,
): Uint8Array | undefined {
  const head = archive.part(local, 30);
  if (head === undefined || head.length < 30) return undefined;
  const bytes = bytesOf(head);
  const data = archive.part(local + 30 + bytes.u16(26)! + bytes.u16(28)!, packed);
  if (data === undefined || data.length < packed) return undefined;
  if (method === 0) return data;
  if (method !== 8) return undefined;
  try {
    return inflateRawSync(data, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}
