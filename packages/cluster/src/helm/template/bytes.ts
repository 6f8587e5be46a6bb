/** Strings by their bytes: Go counts and cuts UTF-8; a byte that is no part of UTF-8 is a lone low surrogate here. */
import { isAscii } from "node:buffer";

const stray = 0xdc00;

export function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, "utf8");
  const parts: Buffer[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(index + 1))) index += 1;
    else if (unit >= stray + 0x80 && unit < stray + 0x100) {
      parts.push(Buffer.from(text.slice(start, index), "utf8"), Buffer.from([unit - stray]));
      start = index + 1;
    }
  }
  parts.push(Buffer.from(text.slice(start), "utf8"));
  return Buffer.concat(parts);
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return strayText(bytes);
  }
}

function strayText(bytes: Uint8Array): string {
  let text = "";
  let index = 0;
  while (index < bytes.length) {
    const size = sequenceAt(bytes, index);
    if (size === 0) text += String.fromCharCode(stray + bytes[index]!);
    else text += strict.decode(bytes.subarray(index, index + size));
    index += Math.max(1, size);
  }
  return text;
}

/** How long the character at a place is; 0 where there is none. */
function sequenceAt(bytes: Uint8Array, index: number): number {
  const first = bytes[index]!;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size === 0 || index + size > bytes.length) return 0;
  try {
    strict.decode(bytes.subarray(index, index + size));
    return size;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return 0;
  }
}

export function byteLength(text: string): number {
  return isPlain(text) ? text.length : bytesOf(text).length;
}

/** `text[start:end]` in bytes. */
export function byteSlice(text: string, start: number, end?: number): string {
  return isPlain(text) ? text.slice(start, end) : textOf(bytesOf(text).subarray(start, end));
}

/** What a Go string becomes on its way through `range`, JSON or a conversion to runes. */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}
