/**
 * CEL values as JavaScript values: what evaluation works on.
 *
 * JSON is used as it is. `null`, booleans and strings are themselves; lists are arrays; maps from JSON are plain
 * objects. An int is an integral number, or a bigint where a number is not exact; a double is a number with a
 * fraction (or NaN, or infinite), else a `Double`, so that each int and each double has one form. All else is boxed.
 */
import type { CelFailure, FailureKind } from "../failure.ts";

/** Any CEL value, or a Failure. `undefined` is an absent property, never a value. */
export type Value = null | boolean | number | bigint | string | Boxed | Values | Struct;

/** A list. */
export type Values = readonly Value[];

/** A map that came from JSON; its own properties are its entries. */
export interface Struct {
  readonly [key: string]: Value | undefined;
}

/** A value that JSON does not have. `type` is its CEL type's name; `equals` is asked only for values of one type. */
export abstract class Boxed {
  abstract readonly type: string;

  equals(other: Boxed): boolean {
    return this === other;
  }

  /** Whether comparing with another value is an error in Kubernetes, not just false. */
  refuses(_other: Value): boolean {
    return false;
  }

  /** What `string()` makes of the value; undefined where it makes nothing. */
  text(): string | undefined {
    return undefined;
  }

  /** What the length of the value counts for in costs; 1 where it has none. */
  get size(): number {
    return 1;
  }

  /** For a named format, how long a pattern its check counts for in costs. */
  get patternSize(): number {
    return 1;
  }
}

/** An evaluation that went wrong, as a value. */
export class Failure extends Boxed implements CelFailure {
  readonly type = "error";
  readonly kind: FailureKind;
  readonly message: string;

  constructor(kind: FailureKind, message: string) {
    super();
    this.kind = kind;
    this.message = message;
  }
}

/** A double that has no fraction, such as 1.0. Made by `double` only. */
export class Double extends Boxed {
  readonly type = "double";
  readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }
}

/** An unsigned 64-bit integer. */
export class Uint extends Boxed {
  readonly type = "uint";
  readonly value: bigint;

  constructor(value: bigint) {
    super();
    this.value = value;
  }
}

/** A sequence of bytes. */
export class Bytes extends Boxed {
  readonly type = "bytes";
  readonly value: Uint8Array;

  constructor(value: Uint8Array) {
    super();
    this.value = value;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Bytes && compareBytes(this.value, other.value) === 0;
  }

  override get size(): number {
    return this.value.length;
  }
}

/** An instant: seconds since 1970 and nanoseconds in the second (0 to 999,999,999). */
export class Timestamp extends Boxed {
  readonly type = "google.protobuf.Timestamp";
  readonly seconds: number;
  readonly nanos: number;

  constructor(seconds: number, nanos: number) {
    super();
    this.seconds = seconds;
    this.nanos = nanos;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Timestamp && this.seconds === other.seconds && this.nanos === other.nanos;
  }
}

/** A span of time in nanoseconds. */
export class Duration extends Boxed {
  readonly type = "google.protobuf.Duration";
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.nanos = nanos;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Duration && this.nanos === other.nanos;
  }
}

/** A type as a value, as in `type(x) == int`. */
export class TypeValue extends Boxed {
  readonly type = "type";
  readonly value: string;

  constructor(value: string) {
    super();
    this.value = value;
  }

  override equals(other: Boxed): boolean {
    return other instanceof TypeValue && this.value === other.value;
  }
}

/** A value that may be missing. `value` is undefined in `none`, of which there is one. */
export class Optional extends Boxed {
  readonly type = "optional_type";
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    super();
    this.value = value;
  }
}

/** A value of Kubernetes' own types: it compares with its like only. */
export abstract class Special extends Boxed {
  override refuses(other: Value): boolean {
    return other !== null && !(other instanceof Boxed && other.type === this.type);
  }
}

/** The key of a map entry as JavaScript's Map tells keys apart: equal CEL keys have one form. */
export type Key = string | boolean | number | bigint | null | object;

/** A map made by an expression. */
export class CelMap extends Boxed {
  readonly type = "map";
  readonly entries: ReadonlyMap<Key, readonly [Value, Value]>;

  constructor(entries: ReadonlyMap<Key, readonly [Value, Value]>) {
    super();
    this.entries = entries;
  }

  override get size(): number {
    return this.entries.size;
  }
}

/** The order of two byte sequences: negative, 0 or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = (a[i] ?? 0) - (b[i] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** A map whose values are made when they are first read, such as a policy's `variables`. */
export class Lazy extends Boxed {
  readonly type = "map";
  readonly read: (name: string) => Value | undefined;

  constructor(make: (name: string) => Value | undefined) {
    super();
    const known = new Map<string, Value | undefined>();
    this.read = (name) => {
      if (!known.has(name)) known.set(name, make(name));
      return known.get(name);
    };
  }
}

/** The optional without a value. */
export const none: Optional = new Optional(undefined);

/** A failure of a kind. */
export function fail(kind: FailureKind, message: string): Failure {
  return new Failure(kind, message);
}

/** The double of a number, in its one form. */
export function double(value: number): number | Double {
  return Number.isInteger(value) ? new Double(value) : value;
}

const INT_LIMIT = 2 ** 63;

/** Whether a number is a CEL int (else it is a double): integral, and in the range of 64 bits. */
export function isIntNumber(value: number): boolean {
  return Number.isInteger(value) && value >= -INT_LIMIT && value < INT_LIMIT;
}

/** The name of a value's CEL type. */
export function typeName(value: Value | undefined): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "bigint":
      return "int";
    case "number":
      return isIntNumber(value) ? "int" : "double";
    case "undefined":
      return "null_type";
    default:
      if (value === null) return "null_type";
      if (value instanceof Boxed) return value.type;
      return Array.isArray(value) ? "list" : "map";
  }
}

/** Whether a value is a list. */
export function isList(value: Value | undefined): value is Values {
  return Array.isArray(value);
}

/** Whether a value is a map that came from JSON. */
export function isStruct(value: Value | undefined): value is Struct {
  return typeof value === "object" && value !== null && !(value instanceof Boxed) && !Array.isArray(value);
}

/** Whether a value is a map. */
export function isMap(value: Value | undefined): value is Struct | CelMap {
  return isStruct(value) || value instanceof CelMap;
}

/** Whether a value is an int. */
export function isInt(value: Value | undefined): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && isIntNumber(value));
}

/** The number of a double, or undefined for another value. */
export function doubleOf(value: Value | undefined): number | undefined {
  if (value instanceof Double) return value.value;
  return typeof value === "number" && !isIntNumber(value) ? value : undefined;
}

/** The failure of a call whose arguments no overload takes. */
export function noOverload(name: string, ...args: readonly Value[]): Failure {
  const failed = args.find((arg) => arg instanceof Failure);
  if (failed instanceof Failure) return failed;
  return fail("no-such-overload", `no such overload: ${name}(${args.map(typeName).join(", ")})`);
}
