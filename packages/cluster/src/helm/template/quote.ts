/** Go's quoted strings, read and written (strconv.Quote, strconv.Unquote). */
import { textOf } from "./bytes.ts";

const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  "'": 39,
  '"': 34,
};
const escape =
  /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]|$))/g;

/** The value of a literal with its quotes; nothing where it is ill-formed. */
export function unquote(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`")) return body.replaceAll("\r", "");
  const forbidden = literal.startsWith('"') ? "'" : '"';
  let bad = false;
  let raw = false;
  const value = body.replaceAll(escape, (_, letter, byte, short, long, octal, other) => {
    if (letter !== undefined) {
      if (letter === forbidden) bad = true;
      return String.fromCharCode(simple[letter] ?? 0);
    }
    if (byte !== undefined || octal !== undefined) {
      const code = byte === undefined ? Number.parseInt(octal, 8) : Number.parseInt(byte, 16);
      if (code > 255) bad = true;
      if (code < 0x80) return String.fromCharCode(code);
      raw = true;
      return String.fromCharCode(0xdc00 + (code & 0xff));
    }
    const point = other === undefined ? Number.parseInt(short ?? long, 16) : -1;
    if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) bad = true;
    return bad ? "" : String.fromCodePoint(point);
  });
  if (bad) return undefined;
  return raw ? rejoined(value) : value;
}

/** Bytes that were written one by one may be a character together. */
function rejoined(value: string): string {
  const parts = value.match(/[\udc80-\udcff]+|[^]/gu) ?? [];
  const joined = parts.map((part) =>
    /^[\udc80-\udcff]/.test(part)
      ? textOf(Uint8Array.from(part, (char) => char.charCodeAt(0) - 0xdc00))
      : part,
  );
  return joined.join("");
}

const short = new Map([
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
]);

/** `%q` of a string. */
export function quoted(text: string, delimiter = '"'): string {
  let out = delimiter;
  for (const char of text) {
    if (char === delimiter || char === "\\") out += `\\${char}`;
    else if (isPrintable(char)) out += char;
    else out += short.get(char) ?? escaped(char);
  }
  return out + delimiter;
}

function escaped(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  if (point >= 0xdc80 && point < 0xdd00) return `\\x${(point - 0xdc00).toString(16)}`;
  if (point < 0x20 || point === 0x7f) return `\\x${point.toString(16).padStart(2, "0")}`;
  if (point > 0xffff) return `\\U${point.toString(16).padStart(8, "0")}`;
  return `\\u${point.toString(16).padStart(4, "0")}`;
}

/** Letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(char: string): boolean {
  return char === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

export function runeCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
