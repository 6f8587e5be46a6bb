/** Arithmetic of CEL's 64-bit integers and doubles, with overflow as a failure. */
import { Double, Duration, Timestamp, Uint, double, doubleOf, fail, isInt, noOverload } from "./value.ts";
import type { Failure, Value } from "./value.ts";

/** The limits of 64 bits. */
export const INT_MAX = 9223372036854775807n;
export const INT_MIN = -9223372036854775808n;
export const UINT_MAX = 18446744073709551615n;

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** An int in its one form, or an overflow. */
export function int(value: bigint): number | bigint | Failure {
  if (value >= -SAFE && value <= SAFE) return Number(value);
  return value < INT_MIN || value > INT_MAX ? fail("overflow", "integer overflow") : value;
}

/** An unsigned int, or an overflow. */
export function uint(value: bigint): Uint | Failure {
  return value < 0n || value > UINT_MAX ? fail("overflow", "unsigned integer overflow") : new Uint(value);
}

type Operator = "+" | "-" | "*" | "/" | "%";

/** What an operator of two numbers of one type gives; dates and text are not its matter. */
export function arithmetic(operator: Operator, a: Value, b: Value): Value {
  if (isInt(a) && isInt(b)) {
    const result = integral(operator, BigInt(a), BigInt(b));
    return typeof result === "bigint" ? int(result) : result;
  }
  if (a instanceof Uint && b instanceof Uint) {
    const result = integral(operator, a.value, b.value);
    return typeof result === "bigint" ? uint(result) : result;
  }
  const x = doubleOf(a);
  const y = doubleOf(b);
  if (x === undefined || y === undefined || operator === "%") return noOverload(`_${operator}_`, a, b);
  return double(real(operator, x, y));
}

function integral(operator: Operator, a: bigint, b: bigint): bigint | Failure {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? fail("invalid", "division by zero") : a / b;
    case "%":
      if (b === 0n) return fail("invalid", "modulus by zero");
      return a === INT_MIN && b === -1n ? fail("overflow", "integer overflow") : a % b;
  }
}

function real(operator: "+" | "-" | "*" | "/", a: number, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  return operator === "*" ? a * b : a / b;
}

/** The negative of a number. */
export function negate(a: Value): Value {
  if (isInt(a)) return int(-BigInt(a));
  const x = doubleOf(a);
  return x === undefined ? noOverload("-_", a) : double(-x);
}

/** The order of two numbers of any types: negative, 0, positive, or NaN where they have none; undefined if one is no number. */
export function compareNumbers(a: Value, b: Value): number | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const x = numeric(a);
  const y = numeric(b);
  if (x === undefined || y === undefined) return undefined;
  if (typeof x === "bigint" && typeof y === "bigint") return x < y ? -1 : Number(x > y);
  const p = Number(x);
  const q = Number(y);
  return p === q ? 0 : p - q;
}

function numeric(value: Value): number | bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return isInt(value) ? BigInt(value) : value;
  if (value instanceof Uint) return value.value;
  return value instanceof Double ? value.value : undefined;
}

const NANOS = 1_000_000_000n;
/** Seconds of 0001-01-01 and of the end of 9999. */
const MIN_SECONDS = -62135596800;
const MAX_SECONDS = 253402300799;

/** A duration, or an overflow. */
export function duration(nanos: bigint): Duration | Failure {
  return nanos < INT_MIN || nanos > INT_MAX ? fail("overflow", "duration out of range") : new Duration(nanos);
}

/** A timestamp from nanoseconds since 1970, or an overflow. */
export function timestamp(nanos: bigint): Timestamp | Failure {
  const rest = ((nanos % NANOS) + NANOS) % NANOS;
  const seconds = Number((nanos - rest) / NANOS);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) return fail("overflow", "timestamp out of range");
  return new Timestamp(seconds, Number(rest));
}

/** The nanoseconds of a timestamp since 1970. */
export function nanosOf(time: Timestamp): bigint {
  return BigInt(time.seconds) * NANOS + BigInt(time.nanos);
}
