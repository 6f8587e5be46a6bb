/** Sprig's functions on lists. */
import { checkItems, checkString, tick } from "../template/budget.ts";
import { aliases, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import {
  anyList,
  compareStrings,
  isList,
  isObject,
  kindName,
  listOf,
  nilList,
  type Definition,
  type Value,
} from "../template/value.ts";
import { bytesOf } from "../template/bytes.ts";
import { intOf } from "../template/value.ts";
import { textOfValue, toNumber } from "./cast.ts";
import { deepEqual, isEmptyValue } from "./compare.ts";

function itemsOf(value: Value, what: string): readonly Value[] {
  if (isList(value)) {
    tick(value.items.length);
    return value.items.map((item) => (item === undefined ? null : item));
  }
  if (isObject(value) && value.kind === "bytes")
    return [...bytesOf(value.text)].map((byte) => intOf(byte, "uint8"));
  if (value === undefined || value === null) {
    throw failure("runtime error: invalid memory address or nil pointer dereference");
  }
  throw failure(`${what} type ${kindName(value)}`);
}

/** The function, and its `must` twin: both fail the template. */
function both(name: string, signature: string, call: (...args: never[]) => unknown): readonly Definition[] {
  const must = `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return aliases(define(name, signature, call), must);
}

export function texts(value: Value): string[] {
  if (value === undefined || value === null) return [];
  if (!isList(value)) return [textOfValue(value)];
  tick(8 * value.items.length);
  return value.items.filter((item) => item !== undefined && item !== null).map(textOfValue);
}

function push(list: Value, item: Value): Value[] {
  const items = itemsOf(list, "Cannot push on");
  checkItems(items.length + 1);
  return [...items, item];
}

function prepend(list: Value, item: Value): Value[] {
  const items = itemsOf(list, "Cannot prepend on");
  checkItems(items.length + 1);
  return [item, ...items];
}

function part(what: string, take: (items: readonly Value[]) => Value[]): (list: Value) => Value {
  return (list) => {
    const items = itemsOf(list, `Cannot find ${what} on`);
    return items.length === 0 ? nilList() : listOf(take(items));
  };
}

function sliced(list: Value, ...marks: Value[]): Value {
  const items = itemsOf(list, "list should be type of slice or array but");
  if (items.length === 0) return null;
  const start = marks.length > 0 ? toNumber(marks[0]) : 0;
  const end = marks.length > 1 ? toNumber(marks[1]) : items.length;
  if (start < 0 || end > items.length || start > end)
    throw failure("reflect.Value.Slice: slice index out of bounds");
  return listOf(items.slice(start, end), isList(list) ? list.type : anyList);
}

function chunks(size: number, list: Value): Value {
  const items = itemsOf(list, "Cannot chunk");
  if (size <= 0) throw failure("runtime error: makeslice: len out of range");
  const all: Value[] = [];
  for (let at = 0; at < items.length; at += size) all.push(listOf(items.slice(at, at + size)));
  return listOf(all, "[][]interface {}");
}

function concat(...lists: Value[]): Value {
  const all = lists.flatMap((list) => itemsOf(list, "Cannot concat"));
  checkItems(all.length);
  return all.length === 0 ? nilList() : listOf(all);
}

function unique(list: Value): Value[] {
  const kept: Value[] = [];
  const seen = new Set<Value>();
  for (const item of itemsOf(list, "Cannot find uniq on")) {
    const simple = !isObject(item);
    if (simple ? seen.has(item) : kept.some((known) => deepEqual(known, item))) continue;
    if (simple) seen.add(item);
    kept.push(item);
  }
  return kept;
}

function has(item: Value, list: Value): boolean {
  if (list === undefined || list === null) return false;
  return itemsOf(list, "Cannot find has on").some((known) => deepEqual(item, known));
}

function joined(separator: string, value: Value): string {
  const all = texts(value);
  checkString(all.reduce((sum, text) => sum + text.length + separator.length, 0));
  return all.join(separator);
}

export const lists: readonly Definition[] = [
  ...aliases(
    define("list", "...any -> list", (...items: Value[]) => items),
    "tuple",
  ),
  ...both("append", "any any -> list", push),
  ...both("push", "any any -> list", push),
  ...both("prepend", "any any -> list", prepend),
  ...both("first", "any -> any", (list: Value) => itemsOf(list, "Cannot find first on")[0] ?? null),
  ...both("last", "any -> any", (list: Value) => itemsOf(list, "Cannot find last on").at(-1) ?? null),
  ...both(
    "rest",
    "any -> list",
    part("rest", (items) => items.slice(1)),
  ),
  ...both(
    "initial",
    "any -> list",
    part("initial", (items) => items.slice(0, -1)),
  ),
  ...both("reverse", "any -> list", (list: Value) => itemsOf(list, "Cannot find reverse on").toReversed()),
  ...both("compact", "any -> list", (list: Value) =>
    itemsOf(list, "Cannot compact on").filter((item) => !isEmptyValue(item)),
  ),
  ...both("uniq", "any -> list", unique),
  ...both("without", "any ...any -> list", (list: Value, ...omit: Value[]) =>
    itemsOf(list, "Cannot find without on").filter((item) => !omit.some((other) => deepEqual(other, item))),
  ),
  ...both("has", "any any -> bool", has),
  ...both("slice", "any ...any -> any", sliced),
  ...both("chunk", "int any -> any", chunks),
  define("concat", "...any -> any", concat),
  define("join", "string any -> string", joined),
  define("toStrings", "any -> strings", texts),
  define("sortAlpha", "any -> strings", (value: Value) => texts(value).sort(compareStrings)),
];
