/** Float64 values to decimals of a given length, exactly; a tie goes to the even digit as in Go, not up as in JavaScript. */

/** A binary fraction as numerator and denominator. */
function ratioOf(value: number): readonly [bigint, bigint] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const shift = Math.max(exponent, 1) - 1075;
  return shift >= 0 ? [mantissa << BigInt(shift), 1n] : [mantissa, 1n << BigInt(-shift)];
}

function divided(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  const twice = 2n * (numerator - whole * denominator);
  return twice > denominator || (twice === denominator && whole % 2n === 1n) ? whole + 1n : whole;
}

/** Digits after the point: `precision` many. Without a sign. */
export function fixedDigits(value: number, precision: number): string {
  const [numerator, denominator] = ratioOf(value);
  const scaled = divided(numerator * 10n ** BigInt(precision), denominator).toString();
  if (precision === 0) return scaled;
  const digits = scaled.padStart(precision + 1, "0");
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** `count` digits, and the power of ten of the first. */
export function leadingDigits(
  value: number,
  count: number,
): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: "0".repeat(count), exponent: 0 };
  const exponent = Number(Math.abs(value).toExponential().split("e")[1]);
  const [numerator, denominator] = ratioOf(value);
  const shift = count - 1 - exponent;
  const power = 10n ** BigInt(Math.abs(shift));
  const digits = (
    shift >= 0 ? divided(numerator * power, denominator) : divided(numerator, denominator * power)
  ).toString();
  return digits.length > count
    ? { digits: digits.slice(0, count), exponent: exponent + 1 }
    : { digits, exponent };
}
