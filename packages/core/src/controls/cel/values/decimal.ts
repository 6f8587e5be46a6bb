/** Doubles as decimal text: exact, rounded half to even, as Go and its language tables (en-US) write them. */

/** The digits of a number's size times a power of ten, rounded half to even. */
function scaled(value: number, power: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const field = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const digits = field === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (field === 0 ? 1 : field) - 1075;
  const numerator =
    digits * (power > 0 ? 10n ** BigInt(power) : 1n) * (exponent > 0 ? 1n << BigInt(exponent) : 1n);
  const denominator =
    (power < 0 ? 10n ** BigInt(-power) : 1n) * (exponent < 0 ? 1n << BigInt(-exponent) : 1n);
  const whole = numerator / denominator;
  const rest = 2n * (numerator % denominator);
  return rest > denominator || (rest === denominator && whole % 2n === 1n) ? whole + 1n : whole;
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

/** How many digits after the dot are of use; more are only zeros. */
const PRECISION_LIMIT = 1100;

/** A finite number with so many digits after the dot. */
export function fixed(value: number, precision: number): string {
  const places = Math.min(precision, PRECISION_LIMIT);
  const digits = scaled(value, places)
    .toString()
    .padStart(places + 1, "0");
  const [whole, rest] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  return `${sign(value)}${whole}${places === 0 ? "" : `.${rest}`}`;
}

/** A number with commas between thousands, and so many digits after the dot. */
export function grouped(value: number, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const [whole = "", rest] = fixed(Object.is(value, -0) ? 0 : value, precision).split(".");
  const commas = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return rest === undefined ? commas : `${commas}.${rest}`;
}

/** A number as `1.234568×10⁰⁶`, at least so many characters wide. */
export function scientific(value: number, width: number): string {
  const text = Number.isFinite(value) ? powerOfTen(value) : grouped(value, 0);
  return text.padStart(Math.min(width, PRECISION_LIMIT));
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function powerOfTen(value: number): string {
  let exponent = value === 0 ? 0 : Number(value.toExponential().split("e")[1]);
  let digits = scaled(value, 6 - exponent).toString();
  if (digits.length > 7) {
    exponent++;
    digits = digits.slice(0, 7);
  }
  const power = Array.from(
    String(Math.abs(exponent)).padStart(2, "0"),
    (digit) => RAISED[Number(digit)] ?? "",
  ).join("");
  const mantissa = digits.padStart(7, "0");
  return `${value < 0 ? "-" : ""}${mantissa[0]}.${mantissa.slice(1)}×10${exponent < 0 ? "⁻" : ""}${power}`;
}
