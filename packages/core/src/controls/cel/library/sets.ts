/** The sets extension: lists compared as sets. */
import { equal } from "../values/equality.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";
import { isList, noOverload } from "../values/value.ts";
import type { Value, Values } from "../values/value.ts";

function onLists(name: string, apply: (a: Values, b: Values) => boolean) {
  return (a: Value, b: Value): Value => (isList(a) && isList(b) ? apply(a, b) : noOverload(name, a, b));
}

function has(list: Values, value: Value): boolean {
  return list.some((item) => equal(item, value));
}

/** Whether a list has all values of another. */
function covers(list: Values, other: Values): boolean {
  return other.every((value) => has(list, value));
}

/** The functions of this library. */
export const sets: readonly FunctionDefinition[] = [
  define(
    "sets.contains",
    ["list_sets_contains_list (list(T), list(T)) -> bool"],
    onLists("sets.contains", covers),
  ),
  define(
    "sets.equivalent",
    ["list_sets_equivalent_list (list(T), list(T)) -> bool"],
    onLists("sets.equivalent", (a, b) => covers(a, b) && covers(b, a)),
  ),
  define(
    "sets.intersects",
    ["list_sets_intersects_list (list(T), list(T)) -> bool"],
    onLists("sets.intersects", (a, b) => a.some((value) => has(b, value))),
  ),
];
