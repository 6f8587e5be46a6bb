/** What CEL's operators do with values that are no failures. */
import { compare } from "./equality.ts";
import { arithmetic, duration, nanosOf, negate, timestamp } from "./integer.ts";
import { checkSize, spend } from "../meter.ts";
import { Bytes, Duration, Failure, Timestamp, fail, isList, noOverload } from "./value.ts";
import type { Value } from "./value.ts";

/** `a + b`. */
export function add(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum) && Number.isInteger(a)) return sum;
  }
  if (typeof a === "string" && typeof b === "string") return checkSize(a.length + b.length) ?? a + b;
  if (isList(a) && isList(b)) {
    checkSize(a.length + b.length);
    spend(a.length + b.length);
    return [...a, ...b];
  }
  return addOthers(a, b);
}

function addOthers(a: Value, b: Value): Value {
  if (a instanceof Bytes && b instanceof Bytes) {
    const joined = new Uint8Array(a.value.length + b.value.length);
    joined.set(a.value);
    joined.set(b.value, a.value.length);
    return checkSize(joined.length) ?? new Bytes(joined);
  }
  if (a instanceof Duration) {
    if (b instanceof Duration) return duration(a.nanos + b.nanos);
    if (b instanceof Timestamp) return timestamp(nanosOf(b) + a.nanos);
  }
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(nanosOf(a) + b.nanos);
  return arithmetic("+", a, b);
}

/** `a - b`. */
export function subtract(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference) && Number.isInteger(a)) return difference;
  }
  if (a instanceof Timestamp) {
    if (b instanceof Timestamp) return duration(nanosOf(a) - nanosOf(b));
    if (b instanceof Duration) return timestamp(nanosOf(a) - b.nanos);
  }
  if (a instanceof Duration && b instanceof Duration) return duration(a.nanos - b.nanos);
  return arithmetic("-", a, b);
}

/** `a * b`, `a / b` and `a % b`. */
export const multiply = (a: Value, b: Value): Value => arithmetic("*", a, b);
export const divide = (a: Value, b: Value): Value => arithmetic("/", a, b);
export const modulo = (a: Value, b: Value): Value => arithmetic("%", a, b);
export { negate };

/** `!a`. */
export function not(a: Value): Value {
  if (typeof a === "boolean") return !a;
  return a instanceof Failure ? a : noOverload("!_", a);
}

function ordering(name: string, holds: (order: number) => boolean) {
  return (a: Value, b: Value): Value => {
    const order = compare(a, b);
    if (order === undefined) return noOverload(name, a, b);
    return Number.isNaN(order) ? fail("invalid", "NaN values cannot be ordered") : holds(order);
  };
}

/** The four comparisons. */
export const less = ordering("_<_", (order) => order < 0);
export const lessOrEqual = ordering("_<=_", (order) => order <= 0);
export const greater = ordering("_>_", (order) => order > 0);
export const greaterOrEqual = ordering("_>=_", (order) => order >= 0);
