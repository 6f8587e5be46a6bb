/** Functions of optional values; `or` and `orValue` are not here, as they do not evaluate all they are given. */
import { spend } from "../meter.ts";
import { mapSize } from "../values/equality.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";
import {
  Bytes,
  Double,
  Duration,
  Optional,
  Timestamp,
  Uint,
  fail,
  isList,
  isMap,
  none,
  noOverload,
} from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** Whether a value is what its type starts from: null, false, 0, empty. */
function isZero(value: Value): boolean {
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return mapSize(value) === 0;
  if (value instanceof Double) return value.value === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Bytes) return value.value.length === 0;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Timestamp) return value.seconds === -62135596800 && value.nanos === 0;
  if (value instanceof Optional) return value.value === undefined;
  return value === null || value === false || value === 0 || value === "";
}

function onOptional(name: string, apply: (optional: Optional) => Value) {
  return (value: Value): Value => (value instanceof Optional ? apply(value) : noOverload(name, value));
}

function unwrap(list: Value): Value {
  if (!isList(list)) return noOverload("optional.unwrap", list);
  spend(list.length);
  const values: Value[] = [];
  for (const item of list) {
    if (!(item instanceof Optional)) return fail("invalid", "a value to unwrap is not optional");
    if (item.value !== undefined) values.push(item.value);
  }
  return values;
}

function end(name: string, at: number) {
  return (list: Value): Value => {
    if (!isList(list)) return noOverload(name, list);
    const value = list.at(at);
    return value === undefined ? none : new Optional(value);
  };
}

/** The functions of this library. */
export const optionals: readonly FunctionDefinition[] = [
  define("optional.of", ["optional_of (V) -> optional_type(V)"], (value) => new Optional(value)),
  define("optional.ofNonZeroValue", ["optional_ofNonZeroValue (V) -> optional_type(V)"], (value) =>
    isZero(value) ? none : new Optional(value),
  ),
  define("optional.none", ["optional_none () -> optional_type(V)"], () => none),
  define(
    "value",
    ["optional_value optional_type(V).() -> V"],
    onOptional("value", (optional) => optional.value ?? fail("none", "optional.none() dereference")),
  ),
  define(
    "hasValue",
    ["optional_hasValue optional_type(V).() -> bool"],
    onOptional("hasValue", (optional) => optional.value !== undefined),
  ),
  define("or", ["optional_or_optional optional_type(V).(optional_type(V)) -> optional_type(V)"], (a) => a),
  define("orValue", ["optional_orValue_value optional_type(V).(V) -> V"], (a) => a),
  define("last", ["list_last list(V).() -> optional_type(V)"], end("last", -1)),
  define("first", ["list_first list(V).() -> optional_type(V)"], end("first", 0)),
  define("optional.unwrap", ["optional_unwrap (list(optional_type(V))) -> list(V)"], unwrap),
  define("unwrapOpt", ["optional_unwrapOpt list(optional_type(V)).() -> list(V)"], unwrap),
];
