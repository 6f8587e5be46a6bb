/** CEL's standard functions, apart from operators and dates: sizes, tests of text, types and conversions. */
import { equal, find } from "../values/equality.ts";
import { INT_MAX, INT_MIN, int, uint } from "../values/integer.ts";
import { formatDuration, formatTime, parseDuration, parseTime, timeOfSeconds } from "../values/date.ts";
import { spend } from "../meter.ts";
import { matcher } from "../values/pattern.ts";
import { formatDouble } from "../syntax/print.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";
import { decodeUtf8, encodeUtf8 } from "../values/text.ts";
import { sizeOf } from "../values/size.ts";
import {
  Boxed,
  Bytes,
  Duration,
  Failure,
  Timestamp,
  TypeValue,
  Uint,
  double,
  doubleOf,
  fail,
  isInt,
  isList,
  isMap,
  noOverload,
  typeName,
} from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** `in`: whether a list has a value, or a map a key. */
export function contains(value: Value, all: Value): Value {
  if (isList(all)) {
    spend(all.length / 4);
    return all.some((item) => equal(item, value));
  }
  return isMap(all) ? find(all, value) !== undefined : noOverload("@in", value, all);
}

function textTest(name: string, test: (text: string, other: string) => boolean) {
  return (text: Value, other: Value): Value =>
    typeof text === "string" && typeof other === "string" ? test(text, other) : noOverload(name, text, other);
}

function conversionError(value: Value, to: string): Failure {
  return fail("invalid", `type conversion error from '${typeName(value)}' to '${to}'`);
}

function toInt(value: Value): Value {
  if (isInt(value)) return value;
  if (value instanceof Uint) return int(value.value);
  if (value instanceof Timestamp) return value.seconds;
  if (value instanceof Duration) return int(value.nanos);
  if (typeof value === "string") {
    if (!/^[+-]?[0-9]+$/.test(value) || value.length > 40) return conversionError(value, "int");
    const parsed = BigInt(value.replace("+", ""));
    return parsed < INT_MIN || parsed > INT_MAX ? conversionError(value, "int") : int(parsed);
  }
  const real = doubleOf(value);
  if (real === undefined) return noOverload("int", value);
  if (!(real > -(2 ** 63) && real < 2 ** 63)) return fail("overflow", "integer overflow");
  return int(BigInt(Math.trunc(real)));
}

function toUint(value: Value): Value {
  if (value instanceof Uint) return value;
  if (isInt(value)) return uint(BigInt(value));
  if (typeof value === "string") {
    if (!/^[0-9]+$/.test(value) || value.length > 40) return conversionError(value, "uint");
    const parsed = uint(BigInt(value));
    return parsed instanceof Failure ? conversionError(value, "uint") : parsed;
  }
  const real = doubleOf(value);
  if (real === undefined) return noOverload("uint", value);
  if (!(real >= 0 && real < 2 ** 64)) return fail("overflow", "unsigned integer overflow");
  return uint(BigInt(Math.trunc(real)));
}

const REAL = /^[+-]?(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:e[+-]?[0-9]+)?$/i;
const HEX_REAL = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?[0-9]{1,5})$/i;
const WORD = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

/** The number of a text as Go reads it, or undefined. */
function readReal(text: string): number | undefined {
  const word = WORD.exec(text);
  if (word !== null)
    return word[2] === undefined
      ? word[1] === ""
        ? NaN
        : undefined
      : word[1] === "-"
        ? -Infinity
        : Infinity;
  const hex = HEX_REAL.exec(text);
  if (hex === null) {
    const value = REAL.test(text) ? Number(text.replaceAll("_", "")) : NaN;
    return Number.isFinite(value) ? value : undefined;
  }
  const [, sign, whole = "", fraction = "", power] = hex;
  if (whole + fraction === "") return undefined;
  const value = Number(`0x${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
  return Number.isFinite(value) ? (sign === "-" ? -value : value) : undefined;
}

function toDouble(value: Value): Value {
  if (isInt(value)) return double(Number(value));
  if (value instanceof Uint) return double(Number(value.value));
  if (typeof value === "string") {
    const parsed = readReal(value);
    return parsed === undefined ? conversionError(value, "double") : double(parsed);
  }
  return doubleOf(value) === undefined ? noOverload("double", value) : value;
}

function toText(value: Value): Value {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || isInt(value)) return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Bytes) {
    return decodeUtf8(value.value) ?? fail("invalid", "invalid UTF-8 in bytes, cannot convert to string");
  }
  if (value instanceof Timestamp) return formatTime(value);
  if (value instanceof Duration) return formatDuration(value);
  const real = doubleOf(value);
  if (real !== undefined) return formatDouble(real);
  return (value instanceof Boxed ? value.text() : undefined) ?? noOverload("string", value);
}

const TRUTHS = new Map<string, boolean>([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

function toBool(value: Value): Value {
  if (typeof value === "string") return TRUTHS.get(value) ?? conversionError(value, "bool");
  return typeof value === "boolean" ? value : noOverload("bool", value);
}

function toBytes(value: Value): Value {
  if (typeof value === "string") return new Bytes(encodeUtf8(value));
  return value instanceof Bytes ? value : noOverload("bytes", value);
}

function toTimestamp(value: Value): Value {
  if (isInt(value)) return timeOfSeconds(Number(value));
  if (typeof value === "string") return parseTime(value) ?? conversionError(value, "timestamp");
  return value instanceof Timestamp ? value : noOverload("timestamp", value);
}

function toDuration(value: Value): Value {
  if (typeof value === "string") return parseDuration(value) ?? conversionError(value, "duration");
  if (isInt(value)) return conversionError(value, "duration");
  return value instanceof Duration ? value : noOverload("duration", value);
}

/** The functions of this library. */
export const standard: readonly FunctionDefinition[] = [
  define(
    "size",
    [
      "size_bytes (bytes) -> int",
      "bytes_size bytes.() -> int",
      "size_list (list(A)) -> int",
      "list_size list(A).() -> int",
      "size_map (map(A, B)) -> int",
      "map_size map(A, B).() -> int",
      "size_string (string) -> int",
      "string_size string.() -> int",
    ],
    (value) => sizeOf(value) ?? noOverload("size", value),
  ),
  define(
    "contains",
    ["contains_string string.(string) -> bool"],
    textTest("contains", (a, b) => a.includes(b)),
  ),
  define(
    "startsWith",
    ["starts_with_string string.(string) -> bool"],
    textTest("startsWith", (a, b) => a.startsWith(b)),
  ),
  define(
    "endsWith",
    ["ends_with_string string.(string) -> bool"],
    textTest("endsWith", (a, b) => a.endsWith(b)),
  ),
  define(
    "matches",
    ["matches (string, string) -> bool", "matches_string string.(string) -> bool"],
    (text, pattern) => {
      if (typeof text !== "string" || typeof pattern !== "string")
        return noOverload("matches", text, pattern);
      const test = matcher(pattern);
      if (test instanceof Failure) return test;
      spend(text.length / 4);
      return test(text);
    },
  ),
  define("type", ["type (A) -> type(A)"], (value) => new TypeValue(typeName(value))),
  define("dyn", ["to_dyn (A) -> dyn"], (value) => value),
  define("bool", ["bool_to_bool (bool) -> bool", "string_to_bool (string) -> bool"], toBool),
  define("bytes", ["bytes_to_bytes (bytes) -> bytes", "string_to_bytes (string) -> bytes"], toBytes),
  define(
    "double",
    [
      "double_to_double (double) -> double",
      "int64_to_double (int) -> double",
      "string_to_double (string) -> double",
      "uint64_to_double (uint) -> double",
    ],
    toDouble,
  ),
  define(
    "int",
    [
      "int64_to_int64 (int) -> int",
      "double_to_int64 (double) -> int",
      "duration_to_int64 (duration) -> int",
      "string_to_int64 (string) -> int",
      "timestamp_to_int64 (timestamp) -> int",
      "uint64_to_int64 (uint) -> int",
    ],
    toInt,
  ),
  define(
    "uint",
    [
      "uint64_to_uint64 (uint) -> uint",
      "double_to_uint64 (double) -> uint",
      "int64_to_uint64 (int) -> uint",
      "string_to_uint64 (string) -> uint",
    ],
    toUint,
  ),
  define(
    "string",
    [
      "string_to_string (string) -> string",
      "bool_to_string (bool) -> string",
      "bytes_to_string (bytes) -> string",
      "double_to_string (double) -> string",
      "duration_to_string (duration) -> string",
      "int64_to_string (int) -> string",
      "timestamp_to_string (timestamp) -> string",
      "uint64_to_string (uint) -> string",
      "ip_to_string (net.IP) -> string",
      "cidr_to_string (net.CIDR) -> string",
    ],
    toText,
  ),
  define(
    "timestamp",
    [
      "timestamp_to_timestamp (timestamp) -> timestamp",
      "int64_to_timestamp (int) -> timestamp",
      "string_to_timestamp (string) -> timestamp",
    ],
    toTimestamp,
  ),
  define(
    "duration",
    [
      "duration_to_duration (duration) -> duration",
      "int64_to_duration (int) -> duration",
      "string_to_duration (string) -> duration",
    ],
    toDuration,
  ),
];
