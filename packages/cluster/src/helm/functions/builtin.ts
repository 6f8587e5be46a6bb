/** The functions that Go's text/template brings along. */
import { byteLength, byteSlice, bytesOf } from "../template/bytes.ts";
import { define } from "../template/define.ts";
import { failure, unsupported } from "../template/fault.ts";
import { display, sprint, sprintf, sprintln } from "../template/format.ts";
import { isPrintable } from "../template/quote.ts";
import {
  compareStrings,
  intOf,
  isInt,
  isObject,
  plain,
  truth,
  typeName,
  type Definition,
  type Value,
} from "../template/value.ts";

type Basic = "bool" | "int" | "float" | "string";

/** The kind by which two values can be compared; nothing for all others. */
function basicOf(value: Value): Basic | undefined {
  const simple = plain(value);
  if (typeof simple === "boolean") return "bool";
  if (typeof simple === "number") return "float";
  if (typeof simple === "string") return "string";
  return isInt(simple) ? "int" : undefined;
}

function isNothing(value: Value): boolean {
  return value === undefined || value === null;
}

function equal(first: Value, second: Value): boolean {
  const one = basicOf(first);
  const other = basicOf(second);
  if (one !== other) {
    if (isNothing(first) || isNothing(second)) return false;
    throw failure("incompatible types for comparison");
  }
  if (one === undefined) return equalOthers(first, second);
  if (one === "int") return (first as { value: bigint }).value === (second as { value: bigint }).value;
  return plain(first) === plain(second);
}

function equalOthers(first: Value, second: Value): boolean {
  if (isNothing(first) || isNothing(second)) return isNothing(first) === isNothing(second);
  if (isObject(first) && first.kind === "struct" && isObject(second) && second.kind === "struct") {
    return first === second || (first.time !== undefined && first.time === second.time);
  }
  throw failure(`non-comparable type ${display(first)}: ${typeName(second)}`);
}

function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw failure("missing argument for comparison");
  return others.some((other) => equal(first, other));
}

function less(first: Value, second: Value): boolean {
  const one = basicOf(first);
  const other = basicOf(second);
  if (one === undefined || other === undefined) throw failure("invalid type for comparison");
  if (one !== other) throw failure("incompatible types for comparison");
  if (one === "bool") throw failure("invalid type for comparison");
  if (one === "int") return (first as { value: bigint }).value < (second as { value: bigint }).value;
  if (one === "string") return compareStrings(plain(first) as string, plain(second) as string) < 0;
  return (first as number) < (second as number);
}

function lengthOf(value: Value): number {
  const simple = plain(value);
  if (typeof simple === "string") return byteLength(simple);
  if (isObject(simple)) {
    if (simple.kind === "list") return simple.items.length;
    if (simple.kind === "dict") return simple.entries.size;
    if (simple.kind === "bytes") return byteLength(simple.text);
  }
  throw failure(isNothing(simple) ? "len of nil pointer" : `len of type ${typeName(simple)}`);
}

function index(of: Value, ...keys: readonly Value[]): Value {
  if (isNothing(of)) throw failure("index of untyped nil");
  let item = plain(of) as Value;
  for (const key of keys) item = indexed(item, key);
  return item;
}

function indexed(item: Value, key: Value): Value {
  const simple = plain(item);
  if (isNothing(simple)) throw failure("index of nil pointer");
  if (isObject(simple) && simple.kind === "dict") {
    const name = plain(key);
    if (typeof name !== "string") {
      throw failure(
        name === null || name === undefined
          ? "value is nil; should be of type string"
          : `value has type ${typeName(name)}; should be string`,
      );
    }
    const value = simple.entries.get(name);
    if (value !== undefined) return value;
    return simple.type === "map[string]string" ? "" : null;
  }
  if (isObject(simple) && simple.kind === "list") return simple.items[place(key, simple.items.length)];
  if (typeof simple === "string" || (isObject(simple) && simple.kind === "bytes")) {
    const bytes = bytesOf(typeof simple === "string" ? simple : simple.text);
    return intOf(bytes[place(key, bytes.length)] ?? 0, "uint8");
  }
  throw failure(`can't index item of type ${typeName(simple)}`);
}

function place(key: Value, limit: number, inclusive = false): number {
  const simple = plain(key);
  if (isNothing(simple)) throw failure("cannot index slice/array with nil");
  if (!isInt(simple)) throw failure(`cannot index slice/array with type ${typeName(simple)}`);
  const at = Number(simple.value);
  if (at < 0 || at > limit || (!inclusive && at === limit)) throw failure(`index out of range: ${at}`);
  return at;
}

function slice(of: Value, ...marks: readonly Value[]): Value {
  const item = plain(of);
  if (isNothing(item)) throw failure("slice of untyped nil");
  if (marks.length > 3) throw failure(`too many slice indexes: ${marks.length}`);
  if (typeof item === "string" && marks.length === 3) throw failure("cannot 3-index slice a string");
  const isList = isObject(item) && item.kind === "list";
  if (typeof item !== "string" && !isList) throw failure(`can't slice item of type ${typeName(item)}`);
  const length = typeof item === "string" ? byteLength(item) : item.items.length;
  const [start = 0, end = length] = marks.map((mark) => place(mark, length, true));
  if (start > end) throw failure(`invalid slice index: ${start} > ${end}`);
  if (typeof item === "string") return byteSlice(item, start, end);
  return { ...item, items: item.items.slice(start, end) };
}

/** One text of all arguments, as the escaping functions make it. */
function joined(values: readonly Value[]): string {
  const [only] = values;
  return values.length === 1 && typeof only === "string" ? only : sprint(values);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\0": "\ufffd",
};

const jsEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};

function jsEscaped(text: string): string {
  let out = "";
  for (const char of text) {
    const known = jsEscapes[char];
    if (known !== undefined) out += known;
    else if (isPrintable(char)) out += char;
    else out += `\\u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  }
  return out;
}

export function queryEscaped(text: string): string {
  let out = "";
  for (const byte of bytesOf(text)) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.~-]/.test(char)) out += char;
    else out += byte === 0x20 ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

function never(): never {
  throw failure("and, or: not called as other functions are");
}

export const builtins: readonly Definition[] = [
  define("and", "value ...value -> any", never),
  define("or", "value ...value -> any", never),
  define("not", "value -> bool", (value: Value) => !truth(value)),
  define("eq", "value ...value -> bool", (first: Value, ...others: Value[]) => equalsAny(first, others)),
  define("ne", "value value -> bool", (first: Value, second: Value) => !equal(first, second)),
  define("lt", "value value -> bool", less),
  define("le", "value value -> bool", (a: Value, b: Value) => less(a, b) || equal(a, b)),
  define("gt", "value value -> bool", (a: Value, b: Value) => !less(a, b) && !equal(a, b)),
  define("ge", "value value -> bool", (a: Value, b: Value) => !less(a, b)),
  define("len", "value -> int", lengthOf),
  define("index", "value ...value -> any", index),
  define("slice", "value ...value -> any", slice),
  define("print", "...any -> string", (...values: Value[]) => sprint(values)),
  define("println", "...any -> string", (...values: Value[]) => sprintln(values)),
  define("printf", "string ...any -> string", (pattern: string, ...values: Value[]) =>
    sprintf(pattern, values),
  ),
  define("html", "...any -> string", (...values: Value[]) =>
    joined(values).replaceAll(/["'&<>\0]/g, (char) => htmlEscapes[char] ?? char),
  ),
  define("js", "...any -> string", (...values: Value[]) => jsEscaped(joined(values))),
  define("urlquery", "...any -> string", (...values: Value[]) => queryEscaped(joined(values))),
  define("call", "any ...any -> any", () => {
    throw unsupported("the function call");
  }),
];
