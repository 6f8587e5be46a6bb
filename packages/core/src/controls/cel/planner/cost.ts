/**
 * What calls cost: the rules of cel-go v0.26 (interpreter/runtimecost.go, ext/sets.go, ext/lists.go) with those of
 * Kubernetes v1.35 on top (k8s.io/apiserver/pkg/cel/library/cost.go). Most calls cost 1.
 */
import { Interruption, spend } from "../meter.ts";
import { sizeOf as measure } from "../values/size.ts";
import { byteLength } from "../values/text.ts";
import { Boxed, Bytes, Optional, Special, isList, isMap, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** The cost of a call, from its first arguments (the target first) and its result; a failure has size 1. */
export type Cost = (a: Value, b: Value, result: Value) => number;

/** The size of a value in costs: its code points, bytes, elements or entries; 1 for what has none. */
export function sizeOf(value: Value): number {
  if (value instanceof Special) return value.size;
  if (value instanceof Optional) return value.value === undefined ? 1 : sizeOf(value.value);
  return measure(value) ?? 1;
}

/** The cost of going once over something. */
export function traversal(size: number, times = 1): number {
  return Math.ceil(size * times * 0.1);
}

/** The cost of `==`. */
export function equalityCost(a: Value, b: Value): number {
  return a instanceof Special ? 1 : inequalityCost(a, b);
}

/** The cost of `!=`: the smaller of both has to be gone over. */
export function inequalityCost(a: Value, b: Value): number {
  return traversal(Math.min(sizeOf(a), sizeOf(b)));
}

/** The cost of a pattern on a text. */
export function patternCost(text: number, pattern: number): number {
  return traversal(1 + text) * Math.ceil(pattern * 0.25);
}

/**
 * The cost of comparing all elements of a list with each other, and a new list. Where there is no list, cel-go v0.26
 * breaks off the whole evaluation here.
 */
function selfComparison(list: Value): number {
  if (!isList(list)) throw new Interruption(noOverload("distinct", list));
  const size = list.length;
  const [first] = list;
  const factor = typeof first === "string" || first instanceof Bytes ? 2.1 : 2;
  return Math.floor(size * size * factor) + 11;
}

/** The cost of going over a value and all that is in it. */
function deepTraversal(value: Value): number {
  spend(1);
  if (typeof value === "string") return Math.floor(byteLength(value) * 0.1);
  if (value instanceof Bytes) return Math.floor(value.value.length * 0.1);
  if (isList(value)) return value.reduce((sum: number, item) => sum + deepTraversal(item), 0);
  if (!isMap(value)) return 1;
  let sum = 0;
  const entries: Iterable<readonly [Value, Value | undefined]> =
    value instanceof Boxed ? value.entries.values() : Object.entries(value);
  for (const [key, item] of entries) if (item !== undefined) sum += deepTraversal(key) + deepTraversal(item);
  return sum;
}

const overTarget: Cost = (target) => traversal(sizeOf(target));
const overTargetTwice: Cost = (target) => traversal(sizeOf(target), 2);
const overAll: Cost = (target) => deepTraversal(target);
const newList: Cost = (_a, _b, result) => 11 + sizeOf(result);
const onPattern: Cost = (text, pattern) => patternCost(sizeOf(text), sizeOf(pattern));
const overBoth: Cost = inequalityCost;
const joined: Cost = (a, b) => traversal(sizeOf(a) + sizeOf(b));
const inNetwork: Cost = (network) => traversal(2 * sizeOf(network));
const withParsed =
  (cost: Cost): Cost =>
  (a, b, result) =>
    cost(a, b, result) + traversal(sizeOf(b));
const networkIn: Cost = (network) => traversal(2 * sizeOf(network)) + traversal(sizeOf(network)) + 1;
const sets =
  (factor: number): Cost =>
  (a, b) =>
    1 + sizeOf(a) * sizeOf(b) * factor;

const selector: Cost = (_check, text) => 10 + traversal(sizeOf(text)) + Math.ceil(sizeOf(text) / 2) * 50;

const joinCost: Cost = (_a, _b, result) => traversal(sizeOf(result), 2);

/** Whether a cost goes by the result of the call; the others are known, and charged, before it is made. */
export function needsResult(cost: Cost): boolean {
  return cost === newList || cost === joinCost;
}

/** By the name of the function, whatever its overload. */
const BY_NAME: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ["check", () => 350_000],
  ["fieldSelector", selector],
  ["labelSelector", selector],
  ...["isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"].map((name) => [name, overAll] as const),
  ...["url", "lowerAscii", "upperAscii", "substring", "trim"].map((name) => [name, overTarget] as const),
  ...["cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"].map(
    (name) => [name, overTarget] as const,
  ),
  ...["replace", "split", "ip.isCanonical"].map((name) => [name, overTargetTwice] as const),
  ["join", joinCost],
  ["find", onPattern],
  ["findAll", onPattern],
  [
    "validate",
    (format, text) => (format instanceof Boxed ? patternCost(sizeOf(text), format.patternSize) : 1),
  ],
]);

/** By overload, for those whose function has no rule. */
const BY_OVERLOAD: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ["list_sets_contains_list", sets(1)],
  ["list_sets_intersects_list", sets(1)],
  ["list_sets_equivalent_list", sets(2)],
  ...["list_slice", "lists_range", "list_reverse"].map((id) => [id, newList] as const),
  ["list_flatten", (list) => 11 + sizeOf(list)],
  ["list_flatten_int", (list, depth) => 11 + sizeOf(list) * Number(depth)],
  ["list_distinct", selfComparison],
  ["string_to_ip", overTarget],
  ["cidr_contains_ip_ip", inNetwork],
  ["cidr_contains_ip_string", withParsed(inNetwork)],
  ["cidr_contains_cidr", networkIn],
  ["cidr_contains_cidr_string", withParsed(networkIn)],
  ...["starts_with_string", "ends_with_string", "string_to_bytes", "bytes_to_string"].map(
    (id) => [id, overTarget] as const,
  ),
  ...["strings_quote", "string_format"].map((id) => [id, overTarget] as const),
  ["in_list", (_item, list) => sizeOf(list)],
  ...["less", "less_equals", "greater", "greater_equals"].flatMap((id) =>
    ["string", "bytes"].map((type) => [`${id}_${type}`, overBoth] as const),
  ),
  ["add_string", joined],
  ["add_bytes", joined],
  ["matches_string", onPattern],
  ["contains_string", (text, part) => traversal(sizeOf(text)) * traversal(sizeOf(part))],
]);

/** Where several overloads fit, these still cost by their function. */
const BY_AMBIGUOUS_NAME: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ["ip", overTarget],
  ["containsIP", inNetwork],
  ["containsCIDR", networkIn],
]);

/** The cost of a call of a function that came to an overload ("" for one of several); undefined where it is 1. */
export function costOf(name: string, overload: string): Cost | undefined {
  const sorts = /^list_.+_sort(ByAssociatedKeys)?$/.exec(overload);
  if (sorts !== null) return sorts[1] === undefined ? selfComparison : (_list, keys) => selfComparison(keys);
  const byName = BY_NAME.get(name) ?? BY_OVERLOAD.get(overload);
  return byName ?? (overload === "" ? BY_AMBIGUOUS_NAME.get(name) : undefined);
}
