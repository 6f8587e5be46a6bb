/**
 * Kubernetes' quantities, such as `500m` and `1.5Gi`: exact, from a billionth on.
 *
 * Copied rules: k8s.io/apimachinery v0.35.4, pkg/api/resource. Whether a quantity counts as an integer there depends on
 * how it was written (`1000m` does not), so its digits and its scale are kept.
 */
import { INT_MAX, INT_MIN } from "./integer.ts";
import { Special } from "./value.ts";
import type { Boxed, Value } from "./value.ts";

/**
 * The value is `digits * 10^scale`; `wide` where Kubernetes keeps it in more than 64 bits. Kubernetes compares nothing
 * with what `add` and `sub` gave (a mistake there, kept here), so these are `summed`.
 */
export class Quantity extends Special {
  readonly type = "kubernetes.Quantity";
  readonly digits: bigint;
  readonly scale: number;
  readonly wide: boolean;
  readonly summed: boolean;

  constructor(digits: bigint, scale: number, wide: boolean, summed = false) {
    super();
    this.summed = summed;
    this.digits = digits;
    this.scale = scale;
    this.wide = wide;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Quantity && !other.summed && compareQuantities(this, other) === 0;
  }

  override refuses(other: Value): boolean {
    return super.refuses(other) || (other instanceof Quantity && other.summed);
  }
}

const NANO = -9;
const MAX_DIGITS = 18;
/** Exponents beyond these are of no use, and would take long. */
const EXPONENT_LIMIT = 500;

const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const FORM = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)$/;

/** The quantity of a text, or undefined where it is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const parts = FORM.exec(text);
  if (parts === null || text === "") return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] = parts;
  const binary = BINARY[suffix];
  const exponent = binary ?? DECIMAL[suffix] ?? readExponent(suffix);
  if (exponent === undefined) return undefined;
  const digits = BigInt(whole + fraction || "0") * (sign === "-" ? -1n : 1n);
  const length = (whole === "" ? 1 : whole.length) + fraction.length;
  return binary === undefined
    ? decimal(digits, exponent - fraction.length, length)
    : binaryQuantity(digits, binary, whole === "" ? 1 : whole.length, fraction.length);
}

function readExponent(suffix: string): number | undefined {
  if (!/^[eE][+-]?[0-9]{1,9}$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  return exponent > EXPONENT_LIMIT ? undefined : Math.max(exponent, -EXPONENT_LIMIT);
}

function decimal(digits: bigint, scale: number, length: number): Quantity {
  if (length <= MAX_DIGITS && scale >= NANO) return new Quantity(digits, scale, false);
  return rounded(digits, scale);
}

function binaryQuantity(digits: bigint, power: number, whole: number, fraction: number): Quantity {
  const value = digits << BigInt(power);
  const isShort = fraction === 0 && 15 - whole - Math.trunc((power * 3) / 10) - 1 >= 0;
  if (isShort && value >= INT_MIN && value <= INT_MAX) return new Quantity(value, 0, false);
  const made = rounded(value, -fraction);
  const most = new Quantity(INT_MAX, 0, true);
  if (compareQuantities(new Quantity(abs(made.digits), made.scale, true), most) <= 0) return made;
  return new Quantity(made.digits < 0n ? -INT_MAX : INT_MAX, 0, true);
}

/** What is less than a billionth is rounded away from 0. */
function rounded(digits: bigint, scale: number): Quantity {
  if (scale >= NANO) return new Quantity(digits, scale, true);
  const unit = 10n ** BigInt(NANO - scale);
  const size = (abs(digits) + unit - 1n) / unit;
  return new Quantity(digits < 0n ? -size : size, NANO, true);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The digits of a quantity at a scale that is not above its own. */
function at(quantity: Quantity, scale: number): bigint {
  return quantity.digits * 10n ** BigInt(quantity.scale - scale);
}

/** The order of two quantities: -1, 0 or 1. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale);
  const x = at(a, scale);
  const y = at(b, scale);
  return x < y ? -1 : Number(x > y);
}

/** The sum of two quantities. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  if (!a.wide && b.digits === 0n) return sum(a);
  if (!b.wide && !a.wide && a.digits === 0n) return sum(b);
  const scale = Math.min(a.scale, b.scale);
  const total = at(a, scale) + at(b, scale);
  const fits = [at(a, scale), at(b, scale), total].every((value) => value >= INT_MIN && value <= INT_MAX);
  return new Quantity(total, scale, a.wide || b.wide || !fits, true);
}

function sum({ digits, scale, wide }: Quantity): Quantity {
  return new Quantity(digits, scale, wide, true);
}

/** A quantity with the other sign. */
export function negateQuantity(quantity: Quantity): Quantity {
  return new Quantity(-quantity.digits, quantity.scale, quantity.wide);
}

/** The int of a quantity that counts as one, or undefined. */
export function integerOf(quantity: Quantity): bigint | undefined {
  if (quantity.wide || quantity.scale < 0) return undefined;
  const value = at(quantity, 0);
  return value < INT_MIN || value > INT_MAX ? undefined : value;
}

/** The double next to a quantity, as Kubernetes computes it. */
export function approximate({ digits, scale }: Quantity): number {
  return scale === 0 ? Number(digits) : Number(digits) * Number(`1e${scale}`);
}

/** A quantity in billionths: the same for equal ones. */
export function nanosOfQuantity(quantity: Quantity): bigint {
  return at(quantity, NANO);
}
