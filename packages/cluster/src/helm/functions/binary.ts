/** Base64 and Base32 as Go decodes them: strict, and with its words for what is wrong. */
import { textOf } from "../template/bytes.ts";

export function base64Decoded(text: string): string {
  const plain = text.replaceAll(/[\r\n]/g, "");
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain)) {
    return textOf(Buffer.from(plain, "base64"));
  }
  return `illegal base64 data at input byte ${badByte(text)}`;
}

/** Where Go's decoder gives up. */
function badByte(text: string): number {
  let taken = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === "\n" || char === "\r") continue;
    if (/[A-Za-z0-9+/]/.test(char)) {
      taken += 1;
      continue;
    }
    if (char !== "=" || taken % 4 < 2) return at;
    if (taken % 4 === 3) return at + 1;
    return text[at + 1] === "=" ? at + 2 : at + 1;
  }
  return text.length - (taken % 4);
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function base32Encoded(bytes: Uint8Array): string {
  let out = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += digits[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) out += digits[(held << (5 - bits)) & 31];
  return out.padEnd(Math.ceil(out.length / 8) * 8, "=");
}

export function base32Decoded(text: string): Uint8Array | undefined {
  const plain = text.replaceAll(/[\r\n]/g, "");
  if (!/^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/.test(plain))
    return undefined;
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const char of plain.replaceAll("=", "")) {
    held = (held << 5) | digits.indexOf(char);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >>> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return Uint8Array.from(bytes);
}
