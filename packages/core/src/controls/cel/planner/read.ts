/**
 * Single reads of fields, lists and maps: the innermost work of most expressions.
 *
 * A field whose name is on no prototype is read as `object[name]`; all others by own properties only.
 */
import { meter } from "../meter.ts";
import { find } from "../values/equality.ts";
import {
  Boxed,
  Double,
  Failure,
  Lazy,
  Optional,
  Uint,
  doubleOf,
  fail,
  isList,
  isMap,
  isStruct,
} from "../values/value.ts";
import type { Struct, Value } from "../values/value.ts";

/** A field that is read by a name known before; `missing` is the failure where it is not there. */
export interface Field {
  readonly name: string;
  readonly missing: Failure;
}

/** The field of a key, or undefined where `object[name]` might find something on the prototype of an object or list. */
export function fieldOf(key: unknown): Field | undefined {
  return typeof key === "string" && !(key in Array.prototype)
    ? { name: key, missing: missing(key) }
    : undefined;
}

/** The failure of a read of what is not there. */
export function missing(key: Value): Failure {
  return typeof key === "number"
    ? fail("out-of-range", `index out of bounds: ${key}`)
    : fail("no-such-key", `no such key: ${String(key)}`);
}

/** One charged read. A failure is handed on without charge. */
export function readField(from: Value, field: Field): Value {
  if (typeof from === "object" && from !== null) {
    const value = (from as Struct)[field.name];
    if (from instanceof Boxed) return from instanceof Failure ? from : readOther(from, field);
    if (value !== undefined) {
      meter.cost++;
      return value;
    }
    if (Array.isArray(from)) return readOther(from, field);
  }
  meter.cost++;
  return field.missing;
}

function readOther(from: Value, field: Field): Value {
  meter.cost++;
  const value = qualify(from, field.name);
  return value === undefined ? field.missing : value;
}

/** One charged test whether a field is there. */
export function hasField(from: Value, field: Field): Value {
  if (typeof from === "object" && from !== null) {
    const value = (from as Struct)[field.name];
    if (from instanceof Boxed || Array.isArray(from)) {
      if (from instanceof Failure) return from;
      meter.cost++;
      return presence(qualify(from, field.name));
    }
    meter.cost++;
    return value !== undefined;
  }
  meter.cost++;
  return false;
}

/** What a test says of what was read. */
export function presence(value: Value | undefined): Value {
  return value instanceof Failure ? value : value !== undefined;
}

/** The first of optional reads, which looks into an optional; undefined where there is nothing. */
export function readFirst(from: Value, field: Field, cost: number): Value | undefined {
  meter.cost += cost;
  if (!(from instanceof Optional)) return readOptional(from, field);
  return from.value === undefined ? undefined : charged(qualify(from.value, field.name));
}

/** One optional read, charged where it finds something. */
export function readOptional(from: Value, field: Field): Value | undefined {
  if (typeof from !== "object" || from === null) return undefined;
  const value = (from as Struct)[field.name];
  if (from instanceof Boxed || Array.isArray(from)) {
    return from instanceof Failure ? from : charged(qualify(from, field.name));
  }
  if (value !== undefined) meter.cost++;
  return value;
}

function charged(value: Value | undefined): Value | undefined {
  if (value !== undefined && !(value instanceof Failure)) meter.cost++;
  return value;
}

/** Whether a value can be a key or an index at all. */
export function isKey(key: Value): boolean {
  return key !== null && (typeof key !== "object" || key instanceof Uint || key instanceof Double);
}

/** The entry of a map or list; undefined where there is none, a Failure where the key is of no use. */
export function qualify(from: Value, key: Value): Value | undefined {
  if (!isKey(key)) return fail("invalid", "invalid qualifier type");
  if (isStruct(from)) return typeof key === "string" && Object.hasOwn(from, key) ? from[key] : undefined;
  if (isList(from)) {
    const index = indexOf(key);
    return typeof index === "number" ? from[index] : index;
  }
  if (from instanceof Lazy) return typeof key === "string" ? from.read(key) : undefined;
  return isMap(from) ? find(from, key) : undefined;
}

function indexOf(key: Value): number | Failure {
  const real = doubleOf(key);
  const number = key instanceof Uint ? Number(key.value) : (real ?? key);
  if (typeof number === "bigint") return -1;
  if (typeof number !== "number") return fail("invalid", `unsupported index type in list`);
  return Number.isInteger(number) ? number : fail("invalid", `unsupported index value ${number} in list`);
}
