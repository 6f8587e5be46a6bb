/** The values of Go templates: what JavaScript has no type for is told apart here, as templates can see the difference. */
import { tick } from "./budget.ts";
import type { Span } from "./trace.ts";

/**
 * `undefined` is Go's absent value (prints `<no value>`, its fields are absent too), `null` a nil interface (a field of
 * it is an error). A JavaScript number is a float64. Strings hold bytes that are no UTF-8 as lone low surrogates.
 */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Int
  | List
  | Dict
  | Struct
  | Bytes
  | Traced;

export interface Int {
  readonly kind: "int";
  readonly type: "int" | "int64" | "uint8";
  readonly value: bigint;
}

export interface List {
  readonly kind: "list";
  /** As `%T` prints it. */
  readonly type: string;
  readonly items: Value[];
  /** A nil slice: JSON has it as null. */
  readonly nil?: true;
  readonly methods?: Methods;
}

export interface Dict {
  readonly kind: "dict";
  readonly type: string;
  readonly entries: Map<string, Value>;
  readonly methods?: Methods;
}

export interface Struct {
  readonly kind: "struct";
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: Methods;
  /** What it says of itself where it is a Stringer. */
  readonly text?: string;
  /** What JSON has for it. */
  readonly json?: () => Value;
  /** A time, in nanoseconds since 1970. */
  readonly time?: bigint;
}

/** A `[]byte`. */
export interface Bytes {
  readonly kind: "bytes";
  readonly text: string;
}

/** A string that knows which lines made it: what `include` gives back. */
export interface Traced {
  readonly kind: "traced";
  readonly text: string;
  readonly spans: readonly Span[];
}

export type Methods = ReadonlyMap<string, Definition>;

/** A function as templates call it. */
export interface Definition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** The type of all further arguments. */
  readonly rest?: Parameter;
  readonly result: ResultType;
  readonly call: (...args: never[]) => unknown;
  /** It takes strings with their lines and gives back such. */
  readonly traces?: true;
}

export type Parameter =
  | "any"
  /** A `reflect.Value`: as `any`, and absent stays absent. */
  | "value"
  | "string"
  | "int"
  | "int64"
  | "float64"
  | "bool"
  | "dict"
  | "list"
  | "strings"
  | "time";
export type ResultType =
  | "any"
  | "string"
  | "int"
  | "int64"
  | "float64"
  | "bool"
  | "dict"
  | "list"
  | "strings"
  | "ints"
  | "bytes";

export const anyList = "[]interface {}";
export const anyDict = "map[string]interface {}";

export function listOf(items: Value[], type = anyList): List {
  return { kind: "list", type, items };
}

export function nilList(type = anyList): List {
  return { kind: "list", type, items: [], nil: true };
}

export function dictOf(entries: Iterable<readonly [string, Value]> = [], type = anyDict): Dict {
  return { kind: "dict", type, entries: new Map(entries) };
}

export function intOf(value: bigint | number, type: Int["type"] = "int"): Int {
  return { kind: "int", type, value: BigInt.asIntN(64, BigInt(value)) };
}

/** A value without its lines. */
export function plain(value: Value): Exclude<Value, Traced> {
  return isObject(value) && value.kind === "traced" ? value.text : (value as Exclude<Value, Traced>);
}

export function isObject(value: Value): value is Int | List | Dict | Struct | Bytes | Traced {
  return typeof value === "object" && value !== null;
}

export function isDict(value: Value): value is Dict {
  return isObject(value) && value.kind === "dict";
}

export function isList(value: Value): value is List {
  return isObject(value) && value.kind === "list";
}

export function isInt(value: Value): value is Int {
  return isObject(value) && value.kind === "int";
}

/** As `%T` prints it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
      return "float64";
    default:
      if (value === undefined || value === null) return "<nil>";
      if (value.kind === "traced") return "string";
      return value.kind === "bytes" ? "[]uint8" : value.type;
  }
}

/** As `reflect.Kind` prints it. */
export function kindName(value: Value): string {
  if (value === undefined || value === null) return "invalid";
  if (!isObject(value)) return typeName(value);
  switch (value.kind) {
    case "traced":
      return "string";
    case "int":
      return value.type;
    case "dict":
      return "map";
    case "struct":
      return value.type.startsWith("*") ? "ptr" : "struct";
    default:
      return "slice";
  }
}

/** What `if` goes by; sprig's `empty` is its contrary. */
export function truth(value: Value): boolean {
  if (!isObject(value)) return Boolean(value) || Number.isNaN(value);
  switch (value.kind) {
    case "int":
      return value.value !== 0n;
    case "list":
      return value.items.length > 0;
    case "dict":
      return value.entries.size > 0;
    case "bytes":
    case "traced":
      return value.text !== "";
    default:
      return true;
  }
}

/** The keys of a map in the order in which templates walk them. */
export function sortedKeys(dict: Dict): readonly string[] {
  tick(4 * dict.entries.size);
  return [...dict.entries.keys()].sort(compareStrings);
}

/** By bytes of UTF-8, as Go compares. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters above U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x2000 : unit >= 0xe000 ? unit - 0x800 : unit;
}
