/** Values to JSON and back, byte for byte as Go's encoding/json. */
import { checkString, tick } from "../template/budget.ts";
import { unsupported } from "../template/fault.ts";
import { bytesOf } from "../template/bytes.ts";
import { dictOf, isObject, listOf, plain, sortedKeys, type Value } from "../template/value.ts";

export function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError("json: unsupported value");
  return Object.is(value, -0) ? "-0" : String(value);
}

const common: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

export function jsonString(text: string, html: boolean): string {
  const pattern = html ? /["\\<>&\p{Cc}\u2028\u2029]/gu : /["\\\p{Cc}\u2028\u2029]/gu;
  const body = text.toWellFormed().replaceAll(pattern, (char) => {
    if (char >= "\x7f" && char <= "\x9f") return char;
    return common[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${body}"`;
}

interface Manner {
  readonly html: boolean;
  /** Of one level; empty: all on one line. */
  readonly indent: string;
}

/** Throws a `RangeError` where a number cannot be written. */
export function toJson(value: Value, manner: Partial<Manner> = {}): string {
  const text = write(value, { html: true, indent: "", ...manner }, "\n");
  checkString(text.length);
  return text;
}

function write(value: Value, manner: Manner, line: string): string {
  tick();
  const simple = plain(value);
  if (simple === undefined || simple === null) return "null";
  if (typeof simple === "string") return jsonString(simple, manner.html);
  if (typeof simple === "number") return jsonNumber(simple);
  if (typeof simple === "boolean") return String(simple);
  switch (simple.kind) {
    case "int":
      return String(simple.value);
    case "bytes":
      return `"${bytesOf(simple.text).toString("base64")}"`;
    case "list":
      if (simple.nil === true) return "null";
      return group("[", "]", simple.items, manner, line, (item, deeper) => write(item, manner, deeper));
    case "dict": {
      const keys = sortedKeys(simple);
      const gap = manner.indent === "" ? "" : " ";
      return group("{", "}", keys, manner, line, (key, deeper) => {
        return `${jsonString(key, manner.html)}:${gap}${write(simple.entries.get(key), manner, deeper)}`;
      });
    }
    default:
      if (simple.json === undefined) throw unsupported(`JSON of a ${simple.type}`);
      return write(simple.json(), manner, line);
  }
}

function group<T>(
  open: string,
  close: string,
  items: readonly T[],
  { indent }: Manner,
  line: string,
  one: (item: T, line: string) => string,
): string {
  if (items.length === 0) return open + close;
  if (indent === "") return open + items.map((item) => one(item, line)).join(",") + close;
  const deeper = line + indent;
  return `${open}${deeper}${items.map((item) => one(item, deeper)).join(`,${deeper}`)}${line}${close}`;
}

/** Throws a `SyntaxError` for what is no JSON. */
export function readJson(text: string): Value {
  tick(text.length >>> 2);
  return fromJs(JSON.parse(text) as unknown);
}

function fromJs(value: unknown): Value {
  if (Array.isArray(value)) return listOf(value.map(fromJs));
  if (typeof value !== "object" || value === null) return value as Value;
  return dictOf(Object.entries(value).map(([key, item]) => [key, fromJs(item)] as const));
}

/** Whether a value is a mapping once it is decoded. */
export function isMapping(value: Value): boolean {
  return isObject(value) && value.kind === "dict";
}
