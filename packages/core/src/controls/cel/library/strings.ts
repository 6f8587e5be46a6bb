/** The strings extension in the version that Kubernetes has, apart from `format`. Positions count code points. */
import { checkSize } from "../meter.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";
import { GO_ESCAPES, isSimple } from "../values/text.ts";
import { Failure, fail, isInt, isList, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** A text as code points: the text itself where each is one unit, else an array. */
function points(text: string): string | readonly string[] {
  return isSimple(text) ? text : Array.from(text);
}

function piece(text: string | readonly string[], start: number, end: number): string {
  return typeof text === "string" ? text.slice(start, end) : text.slice(start, end).join("");
}

function outOfRange(index: number): Failure {
  return fail("out-of-range", `index out of range: ${index}`);
}

/** A call on a text with text and int arguments as `kinds` says (`s` or `i`, lower case, in order); the rest absent. */
function onText(name: string, kinds: string, apply: (text: string, b: never, c: never, d: never) => Value) {
  return (a: Value, b: Value, c: Value, d: Value): Value => {
    if (typeof a !== "string") return noOverload(name, a);
    const args = [b, c, d];
    for (let i = 0; i < kinds.length; i++) {
      const arg = args[i] ?? null;
      if (kinds[i] === "s" ? typeof arg !== "string" : !isInt(arg)) return noOverload(name, a, arg);
    }
    const numbers = args.map((arg) => (typeof arg === "bigint" ? Number(arg) : arg));
    return apply(a, numbers[0] as never, numbers[1] as never, numbers[2] as never);
  };
}

function charAt(text: string, index: number): Value {
  const chars = points(text);
  return index < 0 || index > chars.length ? outOfRange(index) : piece(chars, index, index + 1);
}

/** The first place of a part from an offset. */
export function indexOf(text: string, part: string, offset: number): Value {
  if (part === "") return offset;
  if (offset < 0) return outOfRange(offset);
  const chars = points(text);
  if (offset >= chars.length) return -1;
  if (typeof chars === "string") return chars.indexOf(part, offset);
  const found = chars.slice(offset).join("").indexOf(part);
  return found < 0 ? -1 : offset + Array.from(chars.slice(offset).join("").slice(0, found)).length;
}

/** The last place of a part at or before an offset; anywhere without one. */
export function lastIndexOf(text: string, part: string, offset?: number): Value {
  const chars = points(text);
  if (part === "") return offset ?? chars.length;
  if (offset === undefined && text.length < part.length) return -1;
  const from = offset ?? chars.length - 1;
  if (from < 0) return outOfRange(from);
  if (from >= chars.length) return -1;
  if (typeof chars === "string") return chars.lastIndexOf(part, from);
  const start = chars.slice(0, from).join("").length;
  const found = text.lastIndexOf(part, start);
  return found < 0 ? -1 : Array.from(text.slice(0, found)).length;
}

function substring(text: string, start: number, end?: number): Value {
  const chars = points(text);
  const last = end ?? chars.length;
  if (end !== undefined && start > end) {
    return fail("out-of-range", `invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0 || start > chars.length) return outOfRange(start);
  if (last < 0 || last > chars.length) return outOfRange(last);
  return piece(chars, start, last);
}

function replace(text: string, old: string, other: string, limit: number): Value {
  const parts = old === "" ? ["", ...Array.from(text), ""] : text.split(old);
  const count = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1);
  checkSize(text.length + count * other.length);
  return (
    parts
      .slice(0, count)
      .map((part) => part + other)
      .join("") + parts.slice(count).join(old)
  );
}

function split(text: string, separator: string, limit: number): Value {
  if (limit === 0) return [];
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

/** Go's idea of white space around a text. */
const SPACE =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

function join(list: Value, separator: Value): Value {
  const between = separator === undefined ? "" : separator;
  if (!isList(list) || typeof between !== "string") return noOverload("join", list, between);
  let size = between.length * list.length;
  for (const item of list) {
    if (typeof item !== "string") return fail("invalid", "join: invalid input");
    size += item.length;
  }
  checkSize(size);
  return list.join(between);
}

function quoted(text: string): Value {
  return `"${Array.from(text.toWellFormed(), (char) => GO_ESCAPES[char] ?? char).join("")}"`;
}

const lower = (text: string): string => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
const upper = (text: string): string => text.replace(/[a-z]+/g, (part) => part.toUpperCase());

/** Calls one of two functions of a text by whether the last argument is there. */
function either(name: string, kinds: string, apply: (text: string, ...args: never[]) => Value) {
  const short = onText(name, kinds.slice(0, -1), (text, ...args) => apply(text, ...args));
  const long = onText(name, kinds, (text, ...args) => apply(text, ...args));
  return (a: Value, b: Value, c: Value, d: Value): Value =>
    ([b, c, d][kinds.length - 1] === undefined ? short : long)(a, b, c, d);
}

/** The functions of this library. `indexOf` and `lastIndexOf` are shared with lists, and stand there. */
export const strings: readonly FunctionDefinition[] = [
  define("charAt", ["string_char_at_int string.(int) -> string"], onText("charAt", "i", charAt)),
  define("lowerAscii", ["string_lower_ascii string.() -> string"], onText("lowerAscii", "", lower)),
  define("upperAscii", ["string_upper_ascii string.() -> string"], onText("upperAscii", "", upper)),
  define(
    "replace",
    [
      "string_replace_string_string string.(string, string) -> string",
      "string_replace_string_string_int string.(string, string, int) -> string",
    ],
    either("replace", "ssi", (text, old: string, other: string, limit?: number) =>
      replace(text, old, other, limit ?? -1),
    ),
  ),
  define(
    "split",
    [
      "string_split_string string.(string) -> list(string)",
      "string_split_string_int string.(string, int) -> list(string)",
    ],
    either("split", "si", (text, separator: string, limit?: number) => split(text, separator, limit ?? -1)),
  ),
  define(
    "substring",
    ["string_substring_int string.(int) -> string", "string_substring_int_int string.(int, int) -> string"],
    either("substring", "ii", substring),
  ),
  define(
    "trim",
    ["string_trim string.() -> string"],
    onText("trim", "", (text) => text.replace(SPACE, "")),
  ),
  define("strings.quote", ["strings_quote (string) -> string"], onText("strings.quote", "", quoted)),
  define(
    "join",
    ["list_join list(string).() -> string", "list_join_string list(string).(string) -> string"],
    join,
  ),
];
