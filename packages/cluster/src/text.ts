/** Bytes to text: UTF-8 and, by their mark, UTF-16; whatever else is no text. */
import { isAscii, isUtf8 } from "node:buffer";
import { RefusedError } from "./limit.ts";

/** What a string can hold in V8. */
export const longestString = 0x1fffffe8;

/** The text of a file, without its byte order mark and the NULs some editors leave at the end. */
export function decode(bytes: Buffer): string {
  const text = withoutMark(decoded(bytes));
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  const nul = text.indexOf("\0");
  if (nul !== -1 && nul < end) throw new RefusedError("encoding", "a NUL character: not a text", nul);
  return end === text.length ? text : text.slice(0, end);
}

function decoded(bytes: Buffer): string {
  if (bytes.length > longestString)
    throw new RefusedError("size", "a text of more than 512 MiB that is no stream");
  if (isAscii(bytes)) return bytes.toString("latin1");
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes, "utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes, "utf-16be");
  if (!isUtf8(bytes)) throw new RefusedError("encoding", "not UTF-8");
  return bytes.toString("utf8");
}

function utf16(bytes: Buffer, encoding: "utf-16le" | "utf-16be"): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new RefusedError("encoding", `not ${encoding.toUpperCase()}, though it is marked so`, -1, {
      cause: error,
    });
  }
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
