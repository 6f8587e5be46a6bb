/** `format`: text with clauses such as `%s` and `%.2f` that take values, in the version that Kubernetes has. */
import { formatDouble } from "../syntax/print.ts";
import { checkSize, spend } from "../meter.ts";
import { mapKeys, find } from "../values/equality.ts";
import { formatDuration, formatTime } from "../values/date.ts";
import { GO_ESCAPES, decodeUtf8, encodeUtf8 } from "../values/text.ts";
import {
  Bytes,
  CelMap,
  Duration,
  Failure,
  Timestamp,
  TypeValue,
  Uint,
  doubleOf,
  fail,
  isInt,
  isList,
  isMap,
  noOverload,
  typeName,
} from "../values/value.ts";
import type { Struct, Value, Values } from "../values/value.ts";
import { fixed, grouped, scientific } from "../values/decimal.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

/** A clause of a template: the letter, and the digits after its dot. */
export interface Clause {
  readonly letter: string;
  readonly precision: number | undefined;
}

/** A template as texts and clauses, or what is wrong with it. */
export function readTemplate(template: string): readonly (string | Clause)[] | Failure {
  const parts: (string | Clause)[] = [];
  const pattern = /%(?:%|(?:\.([0-9]*))?([^]?))|[^%]+/gu;
  for (const [text, digits, letter] of template.matchAll(pattern)) {
    if (!text.startsWith("%")) parts.push(text);
    else if (text === "%%") parts.push("%");
    else if (letter === undefined || letter === "") return fail("invalid", "unexpected end of string");
    else if (digits === "") return fail("invalid", "a clause has a dot without digits");
    else if (!"sdfebxXo".includes(letter))
      return fail("invalid", `unrecognized formatting clause ${JSON.stringify(letter)}`);
    else parts.push({ letter, precision: digits === undefined ? undefined : Number(digits) });
  }
  return parts;
}

/** The static types that each clause takes. */
export const CLAUSE_TYPES: Readonly<Record<string, readonly string[]>> = {
  s: "list map int uint double bool string timestamp bytes duration type null".split(" "),
  d: ["int", "uint"],
  f: ["double", "string"],
  e: ["double", "string"],
  b: ["int", "uint", "bool"],
  x: ["int", "uint", "string", "bytes"],
  X: ["int", "uint", "string", "bytes"],
  o: ["int", "uint"],
};

function format(template: Value, args: Value): Value {
  if (typeof template !== "string" || !isList(args)) return noOverload("format", template, args);
  const parts = readTemplate(template);
  if (parts instanceof Failure) return parts;
  let result = "";
  let next = 0;
  for (const part of parts) {
    const text = typeof part === "string" ? part : formatClause(part, args, next++);
    if (typeof text !== "string") return text;
    result += text;
    spend(text.length / 8);
    checkSize(result.length);
  }
  return result;
}

function formatClause({ letter, precision }: Clause, args: Values, index: number): string | Failure {
  const value = args[index];
  if (value === undefined) return fail("invalid", `index ${index} out of range`);
  switch (letter) {
    case "s":
      return show(value);
    case "f":
      return real(value, (number) => grouped(number, precision ?? 6));
    case "e":
      return real(value, (number) => scientific(number, precision ?? 6));
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : integer(value, 2, letter);
    case "o":
      return integer(value, 8, letter);
    case "d":
      return integer(value, 10, letter);
    default: {
      const text = hex(value);
      return letter === "X" && typeof text === "string" ? text.toUpperCase() : text;
    }
  }
}

function wrongClause(value: Value, letter: string): Failure {
  return fail("invalid", `error during formatting: %${letter} does not take ${typeName(value)}`);
}

function integer(value: Value, base: number, letter: string): string | Failure {
  if (value instanceof Uint) return value.value.toString(base);
  return isInt(value) ? BigInt(value).toString(base) : wrongClause(value, letter);
}

function hex(value: Value): string | Failure {
  const bytes =
    typeof value === "string" ? encodeUtf8(value) : value instanceof Bytes ? value.value : undefined;
  if (bytes === undefined) return integer(value, 16, "x");
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const WORDS: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

function real(value: Value, write: (number: number) => string): string | Failure {
  const number = typeof value === "string" ? WORDS[value] : doubleOf(value);
  return number === undefined ? wrongClause(value, "f") : write(number);
}

/** A value as `%s` writes it. */
function show(value: Value): string | Failure {
  if (typeof value === "string") return value;
  if (value === null || typeof value === "boolean" || isInt(value)) return String(value);
  if (isList(value)) return showList(value);
  if (isMap(value)) return showMap(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Bytes)
    return decodeUtf8(value.value) ?? fail("invalid", "invalid UTF-8 in bytes, cannot convert to string");
  if (value instanceof Timestamp) return formatTime(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof TypeValue) return value.value;
  const number = doubleOf(value);
  return number === undefined ? wrongClause(value, "s") : formatDouble(number);
}

/** A value as it stands in a list or map that is written. */
function showInner(value: Value): string | Failure {
  const text = show(value);
  if (typeof text !== "string") return text;
  if (typeof value === "string") return quoteGo(text);
  if (value instanceof Bytes) return `b${quoteGo(text)}`;
  if (value instanceof Timestamp) return `timestamp("${text}")`;
  if (value instanceof Duration) return `duration("${text}")`;
  const number = doubleOf(value);
  if (number === undefined) return text;
  return Number.isFinite(number) ? fixed(number, 6) : `"${text}"`;
}

function showList(list: Values): string | Failure {
  const parts: string[] = [];
  for (const item of list) {
    const text = showInner(item);
    if (typeof text !== "string") return text;
    spend(text.length + 1);
    parts.push(text);
  }
  return `[${parts.join(", ")}]`;
}

function showMap(map: Struct | CelMap): string | Failure {
  const entries: (readonly [string, string])[] = [];
  for (const key of mapKeys(map)) {
    if (!["string", "bool", "int", "uint"].includes(typeName(key))) return wrongClause(key, "s");
    const [name, value] = [showInner(key), showInner(find(map, key) ?? null)];
    if (typeof name !== "string") return name;
    if (typeof value !== "string") return value;
    spend(name.length + value.length);
    entries.push([name, value]);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${entries.map((entry) => entry.join(":")).join(", ")}}`;
}

/** Text in double quotes as Go writes it. */
function quoteGo(text: string): string {
  const escaped = Array.from(text, (char) => {
    const known = GO_ESCAPES[char];
    if (known !== undefined || !/[\p{C}\p{Z}]/u.test(char) || char === " ") return known ?? char;
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x10000
      ? `\\u${code.toString(16).padStart(4, "0")}`
      : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** The function of this library. */
export const templates: readonly FunctionDefinition[] = [
  define("format", ["string_format string.(list(dyn)) -> string"], format),
];
