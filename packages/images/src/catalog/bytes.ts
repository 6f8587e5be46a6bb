/** Numbers and texts in bytes of unknown make: what lies outside of them is `undefined`. */

export interface Bytes {
  readonly length: number;
  readonly u16: (at: number) => number | undefined;
  readonly u32: (at: number) => number | undefined;
  /** As a number: exact up to 2^53. */
  readonly u64: (at: number) => number | undefined;
  /** Up to the next zero byte, as UTF-8. */
  readonly text: (at: number) => string | undefined;
  readonly slice: (from: number, to: number) => Uint8Array;
}

export function bytesOf(bytes: Uint8Array, order: "little" | "big" = "little"): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = order === "little";
  const within = (at: number, size: number): boolean => at >= 0 && at + size <= bytes.length;
  return {
    length: bytes.length,
    u16: (at) => (within(at, 2) ? view.getUint16(at, little) : undefined),
    u32: (at) => (within(at, 4) ? view.getUint32(at, little) : undefined),
    u64: (at) => (within(at, 8) ? Number(view.getBigUint64(at, little)) : undefined),
    text: (at) => {
      if (!within(at, 1)) return undefined;
      const end = bytes.indexOf(0, at);
      return end < 0 ? undefined : new TextDecoder().decode(bytes.subarray(at, end));
    },
    slice: (from, to) => bytes.subarray(from, to),
  };
}
