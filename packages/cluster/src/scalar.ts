/**
 * What a YAML scalar means to Kubernetes: YAML 1.1 as `sigs.k8s.io/yaml` 1.6 reads it (go.yaml.in/yaml/v2, resolve.go).
 * `yes`, `on` and `y` are true, `010` is eight, `1_000` a thousand, a date is a string.
 */
import { RefusedError } from "./limit.ts";

/** An integer that a number cannot hold exactly is kept as a bigint, for whoever reads on to refuse or leave out. */
export type Scalar = string | number | boolean | null | bigint;

const words = new Map<string, boolean | null>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((w) => [w, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (w) => [w, false] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((w) => [w, null] as const),
]);
const notNumbers = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|0([0-7]*)|([1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const longestWord = 5;

/** A plain scalar without a tag. */
export function plainScalar(text: string): Scalar {
  switch (text.charCodeAt(0)) {
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
      return number(text);
    case 0x4e: // N
    case 0x4f: // O
    case 0x46: // F
    case 0x54: // T
    case 0x59: // Y
    case 0x6e: // n
    case 0x6f: // o
    case 0x66: // f
    case 0x74: // t
    case 0x79: // y
    case 0x7e: // ~
      return text.length <= longestWord ? word(text) : text;
    default: {
      const first = text.charCodeAt(0);
      if (first >= 0x30 && first <= 0x39) return number(text);
      return text === "" ? null : text;
    }
  }
}

function word(text: string): Scalar {
  const value = words.get(text);
  return value === undefined ? text : value;
}

function number(text: string): Scalar {
  if (notNumbers.test(text)) throw new RefusedError("number", `${text} is no number that JSON can hold`);
  const plain = text.charCodeAt(0) !== 0x2e && text.includes("_") ? text.replaceAll("_", "") : text;
  const match = integer.exec(plain);
  if (match !== null) return wholeNumber(match);
  if (!float.test(plain)) return text;
  const value = Number(plain);
  if (!Number.isFinite(value)) return text;
  return Number.isInteger(value) && /^[-+]?[0-9]+$/.test(plain) ? exact(BigInt(plain)) : value;
}

function wholeNumber(match: RegExpExecArray): number | bigint {
  const [, sign = "", hex, octalLetter, binary, octal, decimal] = match;
  const digits = hex ?? octalLetter ?? binary ?? octal ?? decimal ?? "";
  const radix = hex !== undefined ? 16 : binary !== undefined ? 2 : decimal !== undefined ? 10 : 8;
  const value = digits === "" ? 0 : Number.parseInt(digits, radix);
  const signed = sign === "-" && value !== 0 ? -value : value;
  if (Number.isSafeInteger(signed)) return signed;
  const prefix = radix === 16 ? "0x" : radix === 8 ? "0o" : radix === 2 ? "0b" : "";
  const whole = BigInt(prefix + digits);
  return exact(sign === "-" ? -whole : whole);
}

/** A number where it holds the integer exactly, else the bigint itself. */
export function exact(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isFinite(near) && BigInt(near) === value ? near : value;
}

/** A scalar with a tag, as written: `!!str`, `!`, … Tags that Kubernetes objects have no use for are refused. */
export function taggedScalar(tag: string, text: string): Scalar {
  if (tag === "!" || tag === "!!str") return text;
  const value = plainScalar(text);
  const fits =
    (tag === "!!int" && (typeof value === "bigint" || Number.isInteger(value))) ||
    (tag === "!!float" && (typeof value === "number" || typeof value === "bigint")) ||
    (tag === "!!bool" && typeof value === "boolean") ||
    (tag === "!!null" && value === null);
  if (fits) return value;
  if (/^!!(int|float|bool|null)$/.test(tag))
    throw new RefusedError("tag", `a value is not of its tag ${tag}`);
  throw new RefusedError("tag", `unknown tag ${tag}`);
}
