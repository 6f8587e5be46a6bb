/** Values of any type to numbers and texts, as sprig makes them: what is no number is nought. */
import { display } from "../template/format.ts";
import { integerOf } from "../template/numeral.ts";
import { isInt, isObject, plain, type Value } from "../template/value.ts";

/** `fmt.Sprint` of one value, and the text of bytes. */
export function textOfValue(value: Value): string {
  return isObject(value) && value.kind === "bytes" ? value.text : display(value);
}

function withoutZeroDecimal(text: string): string {
  return /^[^.]*\.0+$/.test(text) || /\.0+$/.test(text) ? text.replace(/\.0+$/, "") : text;
}

export function toInt64(value: Value): bigint {
  const simple = plain(value);
  if (typeof simple === "boolean") return simple ? 1n : 0n;
  if (typeof simple === "number") return floatToInt(simple);
  if (isInt(simple)) return simple.value;
  if (typeof simple !== "string") return 0n;
  const text = withoutZeroDecimal(simple);
  if (/_/.test(text) && /^_|__|_$|^[+-]?_/.test(text)) return 0n;
  const whole = integerOf(text.replaceAll("_", ""));
  return whole === undefined || BigInt.asIntN(64, whole) !== whole ? 0n : whole;
}

/** What an amd64 processor makes of a float that no int64 can hold. */
function floatToInt(value: number): bigint {
  if (!Number.isFinite(value) || value >= 2 ** 63 || value < -(2 ** 63)) return -(2n ** 63n);
  return BigInt(Math.trunc(value));
}

export function toNumber(value: Value): number {
  return Number(toInt64(value));
}

const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

export function parseFloat64(text: string): number | undefined {
  if (decimal.test(text)) return Number(text);
  const odd = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(text);
  if (odd === null) return undefined;
  return odd[2] === undefined ? Number.NaN : odd[1] === "-" ? -Infinity : Infinity;
}

export function toFloat64(value: Value): number {
  const simple = plain(value);
  if (typeof simple === "number") return simple;
  if (typeof simple === "boolean") return simple ? 1 : 0;
  if (isInt(simple)) return Number(simple.value);
  return typeof simple === "string" ? (parseFloat64(simple) ?? 0) : 0;
}
