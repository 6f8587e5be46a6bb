/** Reads CEL literals: numbers, and text or bytes in quotes with their escapes. */
import { INT_MAX, INT_MIN, UINT_MAX } from "../values/integer.ts";
import { isScalar, pushUtf8 } from "../values/text.ts";
import { Bytes, Uint, double } from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** The int of a literal such as `12`, `-12` or `0x1f`, or undefined where it is out of range. */
export function readInt(text: string): Value | undefined {
  const negative = text.startsWith("-");
  const size = BigInt(negative ? text.slice(1) : text);
  const value = negative ? -size : size;
  if (value < INT_MIN || value > INT_MAX) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The uint of a literal such as `12u`, or undefined where it is out of range. */
export function readUint(text: string): Value | undefined {
  const value = BigInt(text.slice(0, -1));
  return value > UINT_MAX ? undefined : new Uint(value);
}

/** The double of a literal such as `1.5e3`, or undefined where it is out of range. */
export function readDouble(text: string): Value | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? double(value) : undefined;
}

/** The text of a quoted literal, or undefined where an escape is wrong. */
export function readText(token: string): string | undefined {
  const { raw, body } = unquote(token);
  if (raw || !body.includes("\\")) return body;
  const parts: string[] = [];
  const ok = unescape(body, (code) => {
    if (!isScalar(code)) return false;
    parts.push(String.fromCodePoint(code));
    return true;
  });
  return ok ? parts.join("") : undefined;
}

/** The bytes of a quoted literal, or undefined where an escape is wrong. */
export function readBytes(token: string): Bytes | undefined {
  const { raw, body } = unquote(token.slice(1));
  const bytes: number[] = [];
  const plain = (code: number): boolean => {
    pushUtf8(bytes, code);
    return true;
  };
  if (raw) for (const char of body) plain(char.codePointAt(0) ?? 0);
  else if (!unescape(body, plain, bytes)) return undefined;
  return new Bytes(Uint8Array.from(bytes));
}

function unquote(token: string): { readonly raw: boolean; readonly body: string } {
  const text = token.replace(/\r\n?/g, "\n");
  const raw = /^[rR]/.test(text);
  const quoted = raw ? text.slice(1) : text;
  const width = quoted.length >= 6 && /^("""|''')/.test(quoted) ? 3 : 1;
  return { raw, body: quoted.slice(width, -width) };
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "`": "`",
  "?": "?",
};
const NUMERIC = /^(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/;

/** Hands each code point on; with `bytes`, `\x` and octal escapes are single bytes and `\u` is refused. */
function unescape(body: string, emit: (code: number) => boolean, bytes?: number[]): boolean {
  for (let i = 0; i < body.length;) {
    if (body[i] !== "\\") {
      const code = body.codePointAt(i) ?? 0;
      if (!emit(code)) return false;
      i += code > 0xffff ? 2 : 1;
      continue;
    }
    const simple = SIMPLE[body[i + 1] ?? ""];
    if (simple !== undefined) {
      emit(simple.charCodeAt(0));
      i += 2;
      continue;
    }
    const found = NUMERIC.exec(body.slice(i + 1, i + 10));
    if (found === null) return false;
    const [whole, hex, short, long, octal] = found;
    const code =
      octal === undefined ? Number.parseInt(hex ?? short ?? long ?? "", 16) : Number.parseInt(octal, 8);
    if (bytes === undefined) {
      if (!emit(code)) return false;
    } else if (short !== undefined || long !== undefined) return false;
    else bytes.push(code & 0xff);
    i += whole.length + 1;
  }
  return true;
}
