/** Equality and order of CEL values, and the entries of maps. */
import { spend } from "../meter.ts";
import { compareNumbers } from "./integer.ts";
import { compareText } from "./text.ts";
import {
  Boxed,
  Bytes,
  CelMap,
  Double,
  Duration,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  compareBytes,
  isList,
  isMap,
} from "./value.ts";
import type { Key, Struct, Value, Values } from "./value.ts";

/** CEL's equality: values of different types are unequal, numbers are compared across types. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === "string" || typeof a === "boolean" || a === null) return false;
  if (isList(a)) return isList(b) && equalLists(a, b);
  const order = compareNumbers(a, b);
  if (order !== undefined) return order === 0;
  if (isMap(a)) return isMap(b) && equalMaps(a, b);
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b);
  return a instanceof Boxed && b instanceof Boxed && a.type === b.type && a.equals(b);
}

function equalLists(a: Values, b: Values): boolean {
  if (a.length !== b.length) return false;
  spend(1 + 2 * a.length);
  for (let i = 0; i < a.length; i++) if (!equal(a[i] ?? null, b[i] ?? null)) return false;
  return true;
}

function equalMaps(a: Struct | CelMap, b: Struct | CelMap): boolean {
  const size = mapSize(a);
  if (size !== mapSize(b)) return false;
  spend(size);
  return mapKeys(a).every((key) => {
    const other = find(b, key);
    return other !== undefined && equal(find(a, key) ?? null, other);
  });
}

function equalOptionals(a: Optional, b: Optional): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equal(a.value, b.value);
}

/** The order of two values of one type (or of two numbers): negative, 0, positive; NaN without order; undefined for other types. */
export function compare(a: Value, b: Value): number | undefined {
  if (typeof a === "string") {
    if (typeof b !== "string") return undefined;
    spend(Math.min(a.length, b.length) / 8);
    return compareText(a, b);
  }
  if (typeof a === "boolean") return typeof b === "boolean" ? Number(a) - Number(b) : undefined;
  if (a instanceof Bytes) return b instanceof Bytes ? compareBytes(a.value, b.value) : undefined;
  if (a instanceof Timestamp) {
    return b instanceof Timestamp ? a.seconds - b.seconds || a.nanos - b.nanos : undefined;
  }
  if (a instanceof Duration) return b instanceof Duration ? Number(a.nanos - b.nanos) : undefined;
  return compareNumbers(a, b);
}

/**
 * The form of a value as the key of an entry, or undefined where it cannot be one. A list or map can: Kubernetes takes
 * it, though nothing will find it again.
 */
export function newKey(value: Value): Key | undefined {
  if (value instanceof Bytes) return undefined;
  const form = keyOf(value);
  return form === undefined && typeof value === "object" && value !== null ? value : form;
}

/** The form of a value to look for among keys, or undefined where it cannot be one of them. */
export function keyOf(value: Value): Key | undefined {
  if (typeof value === "object") {
    if (value === null) return value;
    if (value instanceof Uint) return shortKey(value.value);
    return value instanceof Double ? value.value : undefined;
  }
  return value;
}

function shortKey(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The value of a key in a map, or undefined. */
export function find(map: Struct | CelMap, key: Value): Value | undefined {
  if (map instanceof CelMap) {
    const form = keyOf(key);
    return form === undefined ? undefined : map.entries.get(form)?.[1];
  }
  return typeof key === "string" && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** How many entries a map has. */
export function mapSize(map: Struct | CelMap): number {
  if (map instanceof CelMap) return map.entries.size;
  let size = 0;
  for (const key in map) if (Object.hasOwn(map, key) && map[key] !== undefined) size++;
  spend(size);
  return size;
}

/** The keys of a map, in the order of its entries. */
export function mapKeys(map: Struct | CelMap): Value[] {
  if (map instanceof CelMap) return Array.from(map.entries.values(), (entry) => entry[0]);
  return Object.keys(map).filter((key) => map[key] !== undefined);
}

/** A type as a value, by name. */
export function typeValue(name: string): TypeValue {
  return new TypeValue(name);
}
