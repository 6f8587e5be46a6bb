/** Sprig's functions on strings. Lengths and places are those of bytes. */
import { byteLength, byteSlice, bytesOf, textOf } from "../template/bytes.ts";
import { checkString } from "../template/budget.ts";
import { aliases, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import { display, sprintf } from "../template/format.ts";
import { quoted } from "../template/quote.ts";
import { cutSpans, indentSpans } from "../template/trace.ts";
import { dictOf, isObject, plain, type Definition, type Traced, type Value } from "../template/value.ts";
import { textOfValue } from "./cast.ts";

export const spaces =
  "\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const leading = new RegExp(`^[${spaces}]+`);
const trailing = new RegExp(`[${spaces}]+$`);
const space = new RegExp(`[${spaces}]`);

export function isSpace(char: string): boolean {
  return space.test(char);
}

function repeated(text: string, count: number): string {
  if (count < 0) throw failure("strings: negative Repeat count");
  checkString(count * text.length);
  return text.repeat(count);
}

function isTraced(value: Value): value is Traced {
  return isObject(value) && value.kind === "traced";
}

/** A part of a text, with its lines. */
function part(value: Value, text: string, start: number, end: number): Value {
  const piece = text.slice(start, end);
  return isTraced(value) ? { kind: "traced", text: piece, spans: cutSpans(value.spans, start, end) } : piece;
}

function indent(count: Value, value: Value, before = ""): Value {
  const size = Number((count as { value: bigint }).value);
  const text = plain(value) as string;
  const pad = repeated(" ", size);
  checkString(text.length + size * (text.split("\n").length + 1));
  const out = `${before}${pad}${text.replaceAll("\n", `\n${pad}`)}`;
  if (!isTraced(value)) return out;
  const spans = indentSpans(text, value.spans, size);
  if (before === "") return { kind: "traced", text: out, spans };
  const moved = spans.map((span) => ({ ...span, at: span.at + before.length }));
  const [first] = spans;
  const head = first === undefined ? [] : [{ ...first, at: 0, literal: false }];
  return { kind: "traced", text: out, spans: [...head, ...moved] };
}

function trimmed(value: Value): Value {
  const text = plain(value) as string;
  const start = leading.exec(text)?.[0].length ?? 0;
  const end = text.length - (trailing.exec(text.slice(start))?.[0].length ?? 0);
  return part(value, text, start, end);
}

function trimChars(chars: string, text: string): string {
  const set = new Set(chars);
  const all = [...text];
  let start = 0;
  let end = all.length;
  while (start < end && set.has(all[start] ?? "")) start += 1;
  while (end > start && set.has(all[end - 1] ?? "")) end -= 1;
  return all.slice(start, end).join("");
}

function trimEnd(cut: Value, value: Value): Value {
  const text = plain(value) as string;
  const suffix = plain(cut) as string;
  return text.endsWith(suffix) && suffix !== "" ? part(value, text, 0, text.length - suffix.length) : value;
}

function trimStart(cut: Value, value: Value): Value {
  const text = plain(value) as string;
  const prefix = plain(cut) as string;
  return text.startsWith(prefix) ? part(value, text, prefix.length, text.length) : value;
}

/** Without the letters that become several: Go maps one by one. */
function eachLetter(text: string, change: (char: string) => string): string {
  let out = "";
  for (const char of text) {
    const other = change(char);
    out += [...other].length === 1 ? other : char;
  }
  return out;
}

export function upper(text: string): string {
  return eachLetter(text, (char) => char.toUpperCase());
}

export function lower(text: string): string {
  return eachLetter(text, (char) => char.toLowerCase());
}

function title(text: string): string {
  let before = " ";
  let out = "";
  for (const char of text) {
    const starts = !/[\p{L}\p{Nd}_]/u.test(before) && (before.charCodeAt(0) < 0x80 || isSpace(before));
    out += starts ? upper(char) : char;
    before = char;
  }
  return out;
}

function untitle(text: string): string {
  let starts = true;
  let out = "";
  for (const char of text) {
    out += starts && !isSpace(char) ? lower(char) : char;
    starts = isSpace(char);
  }
  return out;
}

function substring(start: number, end: number, text: string): string {
  const size = byteLength(text);
  const [from, to] = start < 0 ? [0, end] : end < 0 || end > size ? [start, size] : [start, end];
  if (from > to || to > size || to < 0)
    throw failure(`runtime error: slice bounds out of range [${from}:${to}]`);
  return byteSlice(text, from, to);
}

function trunc(count: number, text: string): string {
  const size = byteLength(text);
  if (count < 0 && size + count > 0) return byteSlice(text, size + count);
  return count >= 0 && size > count ? byteSlice(text, 0, count) : text;
}

function abbreviated(text: string, offset: number, width: number): string {
  const size = byteLength(text);
  if (width < 4) return "";
  if (size <= width) return text;
  let from = Math.min(offset, size);
  if (size - from < width - 3) from = size - (width - 3);
  if (from <= 4) return `${byteSlice(text, 0, width - 3)}...`;
  if (width < 7) return "";
  if (from + width - 3 < size) return `...${abbreviated(byteSlice(text, from), 0, width - 3)}`;
  return `...${byteSlice(text, size - (width - 3))}`;
}

/** Go's library takes every byte for a character here, and writes it as one. */
function asCharacters(text: string): string {
  return bytesOf(text).toString("latin1");
}

function initials(text: string): string {
  return asCharacters(text)
    .split(new RegExp(`[${spaces}]+`))
    .map((word) => word.slice(0, 1))
    .join("");
}

function withoutSpace(text: string): string {
  const characters = asCharacters(text);
  const kept = characters.replaceAll(new RegExp(space, "g"), "");
  return kept.length === characters.length ? text : kept;
}

function swapCase(text: string): string {
  let blank = true;
  let out = "";
  for (const char of text) {
    if (/\p{Lu}|\p{Lt}/u.test(char)) out += lower(char);
    else if (/\p{Ll}/u.test(char)) out += blank ? upper(char) : upper(char);
    else out += char;
    blank = isSpace(char);
  }
  return out;
}

function wrapped(text: string, width: number, mark: string, cuts: boolean): string {
  if (text === "") return "";
  const at = Math.max(1, width);
  const bytes = Buffer.from(text, "utf8");
  let offset = 0;
  let out = "";
  const take = (start: number, end: number): string => textOf(bytes.subarray(start, end));
  while (bytes.length - offset > at) {
    if (bytes[offset] === 0x20) {
      offset += 1;
      continue;
    }
    const blank = bytes.subarray(offset, offset + at + 1).lastIndexOf(0x20);
    const next = bytes.indexOf(0x20, offset + at);
    if (blank >= 0) {
      out += take(offset, offset + blank) + mark;
      offset += blank + 1;
    } else if (cuts) {
      out += take(offset, offset + at) + mark;
      offset += at;
    } else if (next === -1) return out + take(offset, bytes.length);
    else {
      out += take(offset, next) + mark;
      offset = next + 1;
    }
  }
  return out + take(offset, bytes.length);
}

function present(values: readonly Value[]): readonly Value[] {
  return values.filter((value) => value !== undefined && value !== null);
}

function parts(separator: string, text: string, most = -1): Value {
  if (most === 0) return dictOf([], "map[string]string");
  const all = splitText(text, separator);
  const pieces =
    most > 0 && all.length > most ? [...all.slice(0, most - 1), all.slice(most - 1).join(separator)] : all;
  return dictOf(
    pieces.map((piece, index) => [`_${index}`, piece] as const),
    "map[string]string",
  );
}

export function splitText(text: string, separator: string): string[] {
  return separator === "" ? [...text] : text.split(separator);
}

function replaced(old: string, by: string, text: string): string {
  if (old !== "") {
    const out = text.replaceAll(old, () => by);
    checkString(out.length);
    return out;
  }
  return by + [...text].map((char) => char + by).join("");
}

export const strings: readonly Definition[] = [
  define("hello", "-> string", () => "Hello!"),
  define("abbrev", "int string -> string", (width: number, text: string) =>
    width < 4 ? text : abbreviated(text, 0, width),
  ),
  define("abbrevboth", "int int string -> string", (left: number, right: number, text: string) =>
    right < 4 || (left > 0 && right < 7) ? text : abbreviated(text, left, right),
  ),
  define("trunc", "int string -> string", trunc),
  define("trim", "string -> string", trimmed, true),
  define("upper", "string -> string", upper),
  define("lower", "string -> string", lower),
  define("title", "string -> string", title),
  define("untitle", "string -> string", untitle),
  define("substr", "int int string -> string", substring),
  define("repeat", "int string -> string", (count: number, text: string) => repeated(text, count)),
  ...aliases(define("trimAll", "string string -> string", trimChars), "trimall"),
  define("trimSuffix", "string string -> string", trimEnd, true),
  define("trimPrefix", "string string -> string", trimStart, true),
  define("nospace", "string -> string", withoutSpace),
  define("initials", "string -> string", initials),
  define("swapcase", "string -> string", swapCase),
  define("wrap", "int string -> string", (width: number, text: string) => wrapped(text, width, "\n", false)),
  define("wrapWith", "int string string -> string", (width: number, mark: string, text: string) =>
    wrapped(text, width, mark === "" ? "\n" : mark, true),
  ),
  define("contains", "string string -> bool", (piece: string, text: string) => text.includes(piece)),
  define("hasPrefix", "string string -> bool", (piece: string, text: string) => text.startsWith(piece)),
  define("hasSuffix", "string string -> bool", (piece: string, text: string) => text.endsWith(piece)),
  define("quote", "...any -> string", (...values: Value[]) =>
    present(values)
      .map((value) => quoted(textOfValue(value)))
      .join(" "),
  ),
  define("squote", "...any -> string", (...values: Value[]) =>
    present(values)
      .map((value) => `'${display(value)}'`)
      .join(" "),
  ),
  define("cat", "...any -> string", (...values: Value[]) => {
    const given = present(values);
    return sprintf(given.map(() => "%v").join(" "), given);
  }),
  define("indent", "int string -> string", (count: Value, text: Value) => indent(count, text), true),
  define("nindent", "int string -> string", (count: Value, text: Value) => indent(count, text, "\n"), true),
  define("replace", "string string string -> string", replaced),
  define("plural", "string string int -> string", (one: string, many: string, count: number) =>
    count === 1 ? one : many,
  ),
  define("toString", "any -> string", textOfValue),
  define("split", "string string -> any", (separator: string, text: string) => parts(separator, text)),
  define("splitn", "string int string -> any", (separator: string, most: number, text: string) =>
    parts(separator, text, most),
  ),
  define("splitList", "string string -> strings", (separator: string, text: string) =>
    splitText(text, separator),
  ),
];
