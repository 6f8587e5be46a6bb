/** Numbers as they are written in templates. */
import type { NumberNode } from "./node.ts";
import { unquote } from "./quote.ts";

const integer = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|0([0-7]+)|(0|[1-9][0-9]*))$/;
const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const misplaced = /(?:^|[^0-9a-fA-FxXoObB_])_|__|_$|_[^0-9a-fA-F]/;

/** Nothing where it is ill-formed, or a kind that templates do not need (imaginary, hexadecimal floats). */
export function numberNode(text: string, pos: number): NumberNode | undefined {
  if (text.startsWith("'")) {
    const char = unquote(text);
    if (char === undefined || [...char].length !== 1) return undefined;
    const int = BigInt(char.codePointAt(0) ?? 0);
    return { node: "number", pos, text, int, float: Number(int), isFloat: false };
  }
  if (text.includes("_") && misplaced.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const int = integerOf(plain);
  if (int !== undefined) {
    if (int >= 2n ** 63n || int < -(2n ** 63n)) return undefined;
    return { node: "number", pos, text, int, float: Number(int), isFloat: false };
  }
  if (!decimal.test(plain)) return undefined;
  const float = Number(plain);
  if (!Number.isFinite(float)) return undefined;
  const whole = Number.isSafeInteger(float) ? BigInt(float) : undefined;
  return { node: "number", pos, text, int: whole, float, isFloat: /[.eE]/.test(plain) };
}

/** As Go's `ParseInt` with base 0. */
export function integerOf(text: string): bigint | undefined {
  const match = integer.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, octal, binary, old, digits] = match;
  const value =
    hex !== undefined
      ? BigInt(`0x${hex}`)
      : octal !== undefined || old !== undefined
        ? BigInt(`0o${octal ?? old}`)
        : BigInt(binary === undefined ? (digits ?? "0") : `0b${binary}`);
  return sign === "-" ? -value : value;
}
