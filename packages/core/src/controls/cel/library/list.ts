/** Functions of lists: the lists extension, and Kubernetes' own. */
import { compare, equal } from "../values/equality.ts";
import { checkSize } from "../meter.ts";
import { add } from "../values/operators.ts";
import {
  Double,
  Duration,
  Failure,
  Uint,
  fail,
  isInt,
  isList,
  noOverload,
  typeName,
} from "../values/value.ts";
import type { Value, Values } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";
import { indexOf, lastIndexOf } from "./strings.ts";

const COMPARABLE = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];
const SUMMABLE = ["int", "uint", "double", "duration"];
const PROTO: Readonly<Record<string, string>> = {
  duration: "google.protobuf.Duration",
  timestamp: "google.protobuf.Timestamp",
};

function ofList(name: string, apply: (list: Values, b: Value, c: Value) => Value) {
  return (list: Value, b: Value, c: Value): Value =>
    isList(list) ? apply(list, b, c) : noOverload(name, list);
}

/** The order of two elements, or undefined where they have none. */
function order(a: Value, b: Value): number | undefined {
  return typeName(a) === typeName(b) ? compare(a, b) : undefined;
}

function isSorted(list: Values): Value {
  for (let i = 1; i < list.length; i++) {
    const found = order(list[i - 1] ?? null, list[i] ?? null);
    if (found === undefined) return noOverload("isSorted", list);
    if (found > 0) return false;
  }
  return true;
}

function extreme(name: string, isBetter: (order: number) => boolean) {
  return (list: Values): Value => {
    let best = list[0];
    if (best === undefined) return fail("invalid", `${name} called on empty list`);
    for (const item of list) {
      const found = order(item, best);
      if (found === undefined) return noOverload(name, list);
      if (isBetter(found)) best = item;
    }
    return best;
  };
}

function sum(list: Values): Value {
  const [first] = list;
  let total: Value = 0;
  if (first instanceof Uint) total = new Uint(0n);
  else if (first instanceof Duration) total = new Duration(0n);
  else if (first !== undefined && typeName(first) === "double") total = new Double(0);
  for (const item of list) {
    total = add(total, item);
    if (total instanceof Failure) return total;
  }
  return total;
}

/** A search in a text, or in a list. */
function search(name: string, inText: typeof lastIndexOf, inList: (list: Values, value: Value) => number) {
  return (all: Value, value: Value, offset: Value): Value => {
    if (isList(all)) return inList(all, value);
    if (typeof all !== "string" || typeof value !== "string") return noOverload(name, all, value);
    if (offset === undefined) return inText(all, value);
    return isInt(offset) ? inText(all, value, Number(offset)) : noOverload(name, all, value, offset);
  };
}

function slice(list: Values, start: Value, end: Value): Value {
  if (!isInt(start) || !isInt(end)) return noOverload("slice", list, start, end);
  const [from, to] = [Number(start), Number(end)];
  const why = `cannot slice(${from}, ${to})`;
  if (from < 0 || to < 0) return fail("out-of-range", `${why}, negative indexes not supported`);
  if (from > to) return fail("out-of-range", `${why}, start index must be less than or equal to end index`);
  if (list.length < to) return fail("out-of-range", `${why}, list is length ${list.length}`);
  return list.slice(from, to);
}

function flatten(list: Values, depth: Value): Value {
  if (depth !== undefined && !isInt(depth)) return noOverload("flatten", list, depth);
  const levels = Number(depth ?? 1);
  if (levels < 0) return fail("invalid", "level must be non-negative");
  const result: Value[] = [];
  collect(list, Math.min(levels, 250), result);
  return result;
}

function collect(list: Values, levels: number, into: Value[]): void {
  for (const item of list) {
    if (levels > 0 && isList(item)) collect(item, levels - 1, into);
    else into.push(item);
  }
  checkSize(into.length);
}

/** A list in the order of keys, one a element; equal keys keep their order. */
export function sortBy(list: Values, keys: Values): Value {
  const [first] = keys;
  if (first === undefined) return list;
  const type = typeName(first);
  if (compare(first, first) === undefined) return fail("invalid", "list elements must be comparable");
  if (keys.some((key) => typeName(key) !== type))
    return fail("invalid", "list elements must have the same type");
  const places = keys.map((_, i) => i);
  places.sort((a, b) => compare(keys[a] ?? null, keys[b] ?? null) ?? 0);
  return places.map((place) => list[place] ?? null);
}

function distinct(list: Values): Value {
  const seen = new Set<Value>();
  const others: Value[] = [];
  return list.filter((item) => {
    if (typeof item === "string" || typeof item === "boolean")
      return !seen.has(item) && Boolean(seen.add(item));
    return !others.some((other) => equal(other, item)) && others.push(item) > 0;
  });
}

function range(count: Value): Value {
  if (!isInt(count)) return noOverload("lists.range", count);
  checkSize(Number(count));
  return Array.from({ length: Math.max(0, Number(count)) }, (_, i) => i);
}

function eachType(types: readonly string[], write: (type: string) => string): readonly string[] {
  return types.map(write);
}

/** The functions of these libraries, with the searches in text that share their names. */
export const lists: readonly FunctionDefinition[] = [
  define(
    "isSorted",
    eachType(COMPARABLE, (t) => `list_${t}_is_sorted_bool list(${t}).() -> bool`),
    ofList("isSorted", isSorted),
  ),
  define(
    "sum",
    eachType(SUMMABLE, (t) => `list_${t}_sum_${t} list(${t}).() -> ${t}`),
    ofList("sum", sum),
  ),
  define(
    "max",
    eachType(COMPARABLE, (t) => `list_${t}_max_${t} list(${t}).() -> ${t}`),
    ofList(
      "max",
      extreme("max", (found) => found > 0),
    ),
  ),
  define(
    "min",
    eachType(COMPARABLE, (t) => `list_${t}_min_${t} list(${t}).() -> ${t}`),
    ofList(
      "min",
      extreme("min", (found) => found < 0),
    ),
  ),
  define(
    "indexOf",
    [
      "list_a_index_of_int list(A).(A) -> int",
      "string_index_of_string string.(string) -> int",
      "string_index_of_string_int string.(string, int) -> int",
    ],
    search(
      "indexOf",
      (text, part, offset) => indexOf(text, part, offset ?? 0),
      (list, value) => list.findIndex((item) => equal(item, value)),
    ),
  ),
  define(
    "lastIndexOf",
    [
      "list_a_last_index_of_int list(A).(A) -> int",
      "string_last_index_of_string string.(string) -> int",
      "string_last_index_of_string_int string.(string, int) -> int",
    ],
    search("lastIndexOf", lastIndexOf, (list, value) => list.findLastIndex((item) => equal(item, value))),
  ),
  define("slice", ["list_slice list(T).(int, int) -> list(T)"], ofList("slice", slice)),
  define(
    "flatten",
    ["list_flatten list(list(T)).() -> list(T)", "list_flatten_int list(dyn).(int) -> list(dyn)"],
    ofList("flatten", flatten),
  ),
  define(
    "sort",
    eachType(COMPARABLE, (t) => `list_${PROTO[t] ?? t}_sort list(${t}).() -> list(${t})`),
    ofList("sort", (list) => sortBy(list, list)),
  ),
  define(
    "@sortByAssociatedKeys",
    eachType(COMPARABLE, (t) => `list_${PROTO[t] ?? t}_sortByAssociatedKeys list(T).(list(${t})) -> list(T)`),
    ofList("sortBy", (list, keys) => (isList(keys) ? sortBy(list, keys) : noOverload("sortBy", list, keys))),
  ),
  define("lists.range", ["lists_range (int) -> list(int)"], range),
  define(
    "reverse",
    ["list_reverse list(T).() -> list(T)"],
    ofList("reverse", (list) => list.toReversed()),
  ),
  define("distinct", ["list_distinct list(T).() -> list(T)"], ofList("distinct", distinct)),
];
