/** SHA-256 (FIPS 180-4), since core has no Node: fingerprints of findings, and the hashes a page's content policy names. */
import { encodeUtf8 } from "../controls/cel/values/text.ts";

const K = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const start = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
}

/** The first 32 bits of the fractional part. */
function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) >>> 0;
}

const hexOf: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function sha256Hex(text: string): string {
  let hex = "";
  for (const word of digestOf(text))
    hex +=
      hexOf[word >>> 24]! + hexOf[(word >>> 16) & 255]! + hexOf[(word >>> 8) & 255]! + hexOf[word & 255]!;
  return hex;
}

export function sha256Base64(text: string): string {
  const bytes = [...digestOf(text)].flatMap((word) => [
    word >>> 24,
    (word >>> 16) & 255,
    (word >>> 8) & 255,
    word & 255,
  ]);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit += 1)
      out += at + digit > bytes.length ? "=" : letters[(group >> (18 - 6 * digit)) & 63];
  }
  return out;
}

function digestOf(text: string): Uint32Array {
  const bytes = asciiOf(text) ?? encodeUtf8(text);
  const length = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(length - 4, (bytes.length * 8) >>> 0);
  const state = start.slice();
  for (let at = 0; at < length; at += 64) compress(state, view, at);
  return state;
}

/** Most texts are: none of it is looked at as more than one byte. */
function asciiOf(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return undefined;
    bytes[at] = code;
  }
  return bytes;
}

/** Written over by each block: a report takes a hundred thousand digests. */
const w = new Int32Array(64);

function compress(state: Uint32Array, view: DataView, at: number): void {
  for (let index = 0; index < 16; index += 1) w[index] = view.getInt32(at + index * 4);
  for (let index = 16; index < 64; index += 1) {
    const [x, y] = [w[index - 15]!, w[index - 2]!];
    const s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
    const s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
    w[index] = w[index - 16]! + s0 + w[index - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let index = 0; index < 64; index += 1) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + K[index]! + w[index]!) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = state[index]! + value;
  });
}

function rotated(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}
