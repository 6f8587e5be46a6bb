/** Sprig's arithmetic: integers of 64 bits that wrap around, and decimals for the functions that end in `f`. */
import { checkItems } from "../template/budget.ts";
import { aliases, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import { display, shortestFloat } from "../template/format.ts";
import type { Definition, Value } from "../template/value.ts";
import { toFloat64, toInt64 } from "./cast.ts";

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function extreme(keep: (a: bigint, b: bigint) => boolean): (first: Value, ...others: Value[]) => bigint {
  return (first, ...others) =>
    others.reduce((best: bigint, other) => {
      const value = toInt64(other);
      return keep(value, best) ? value : best;
    }, toInt64(first));
}

function divided(a: Value, b: Value, rest: boolean): bigint {
  const by = toInt64(b);
  if (by === 0n) throw failure("runtime error: integer divide by zero");
  return wrap(rest ? toInt64(a) % by : toInt64(a) / by);
}

/** A decimal: `units` of ten to the power of minus `scale`. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw failure(`Cannot create a Decimal from ${shortestFloat(value)}`);
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  const raise = ({ units, scale: own }: Decimal): bigint => units * 10n ** BigInt(scale - own);
  return [raise(a), raise(b), scale];
}

function numberOf({ units, scale }: Decimal): number {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  return Number(`${sign}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`);
}

/** Rounded to sixteen places, half away from nought. */
function quotient(a: Decimal, b: Decimal): Decimal {
  const [top, bottom] = aligned(a, b);
  if (bottom === 0n) throw failure("decimal division by 0");
  const scaled = top * 10n ** 16n;
  const whole = scaled / bottom;
  const rest = scaled % bottom;
  const abs = (value: bigint): bigint => (value < 0n ? -value : value);
  const up = 2n * abs(rest) >= abs(bottom) ? (top < 0n !== bottom < 0n ? -1n : 1n) : 0n;
  return { units: whole + up, scale: 16 };
}

const operations = {
  add: (a: Decimal, b: Decimal): Decimal => {
    const [x, y, scale] = aligned(a, b);
    return { units: x + y, scale };
  },
  subtract: (a: Decimal, b: Decimal): Decimal => {
    const [x, y, scale] = aligned(a, b);
    return { units: x - y, scale };
  },
  multiply: (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, scale: a.scale + b.scale }),
  divide: quotient,
} as const;

function decimals(
  first: number,
  others: readonly Value[],
  operation: (a: Decimal, b: Decimal) => Decimal,
): number {
  let result = decimalOf(first);
  for (const other of others) result = operation(result, decimalOf(toFloat64(other)));
  return numberOf(result);
}

function round(value: Value, places: number, ...up: number[]): number {
  const [from = 0.5] = up;
  const power = 10 ** places;
  const digit = power * toFloat64(value);
  const rest = digit - Math.trunc(digit);
  return (rest >= from ? Math.ceil(digit) : Math.floor(digit)) / power;
}

export function steps(start: number, stop: number, step: number): number[] {
  if ((stop < start && step >= 0) || (stop >= start && step <= 0)) return [];
  checkItems(Math.abs((stop - start) / step));
  const items: number[] = [];
  for (let at = start; stop < start ? at > stop : at < stop; at += step) items.push(at);
  return items;
}

function sequence(...marks: number[]): string {
  const [first = 0, second = 0, third = 0] = marks;
  const text = (start: number, end: number, increment: number, step = increment): string =>
    steps(start, end + increment, step).join(" ");
  if (marks.length === 1) return text(1, first, first < 1 ? -1 : 1);
  if (marks.length === 2) return text(first, second, second < first ? -1 : 1);
  if (marks.length !== 3) return "";
  if (third < first) return second > 0 ? "" : text(first, third, -1, second);
  return text(first, third, 1, second);
}

function octal(value: Value): bigint {
  const text = display(value);
  if (!/^[+-]?[0-7]+$/.test(text)) return 0n;
  const digits = BigInt(`0o${text.replace(/^[+-]/, "")}`);
  return text.startsWith("-") ? -digits : digits;
}

const max = extreme((a, b) => a > b);

export const numbers: readonly Definition[] = [
  define("atoi", "string -> int", (text: string) =>
    /^[+-]?[0-9]+$/.test(text) &&
    BigInt.asIntN(64, BigInt(text.replace("+", ""))) === BigInt(text.replace("+", ""))
      ? BigInt(text.replace("+", ""))
      : 0n,
  ),
  define("int64", "any -> int64", toInt64),
  define("int", "any -> int", toInt64),
  define("float64", "any -> float64", toFloat64),
  define("toDecimal", "any -> int64", octal),
  define("add1", "any -> int64", (value: Value) => wrap(toInt64(value) + 1n)),
  define("add", "...any -> int64", (...values: Value[]) =>
    wrap(values.reduce((sum: bigint, value) => sum + toInt64(value), 0n)),
  ),
  define("sub", "any any -> int64", (a: Value, b: Value) => wrap(toInt64(a) - toInt64(b))),
  define("div", "any any -> int64", (a: Value, b: Value) => divided(a, b, false)),
  define("mod", "any any -> int64", (a: Value, b: Value) => divided(a, b, true)),
  define("mul", "any ...any -> int64", (first: Value, ...others: Value[]) =>
    others.reduce((product: bigint, value) => wrap(product * toInt64(value)), toInt64(first)),
  ),
  define("add1f", "any -> float64", (a: Value) => decimals(toFloat64(a), [1], operations.add)),
  define("addf", "...any -> float64", (...values: Value[]) => decimals(0, values, operations.add)),
  define("subf", "any ...any -> float64", (a: Value, ...b: Value[]) =>
    decimals(toFloat64(a), b, operations.subtract),
  ),
  define("divf", "any ...any -> float64", (a: Value, ...b: Value[]) =>
    decimals(toFloat64(a), b, operations.divide),
  ),
  define("mulf", "any ...any -> float64", (a: Value, ...b: Value[]) =>
    decimals(toFloat64(a), b, operations.multiply),
  ),
  ...aliases(define("max", "any ...any -> int64", max), "biggest"),
  define(
    "min",
    "any ...any -> int64",
    extreme((a, b) => a < b),
  ),
  define("maxf", "any ...any -> float64", (...values: Value[]) => Math.max(...values.map(toFloat64))),
  define("minf", "any ...any -> float64", (...values: Value[]) => Math.min(...values.map(toFloat64))),
  define("ceil", "any -> float64", (value: Value) => Math.ceil(toFloat64(value))),
  define("floor", "any -> float64", (value: Value) => Math.floor(toFloat64(value))),
  define("round", "any int ...float64 -> float64", round),
  define("until", "int -> ints", (count: number) => steps(0, count, count < 0 ? -1 : 1)),
  define("untilStep", "int int int -> ints", steps),
  define("seq", "...int -> string", sequence),
];
