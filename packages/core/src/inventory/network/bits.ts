/** Sets of small numbers, one bit each, so that a rule is applied to every peer at once. */

export type Bits = Uint32Array;

export function noBits(count: number): Bits {
  return new Uint32Array(Math.ceil(count / 32));
}

export function allBits(count: number): Bits {
  const bits = noBits(count).fill(0xffffffff);
  if (count % 32 !== 0) bits[bits.length - 1] = (2 ** (count % 32) - 1) >>> 0;
  return bits;
}

export function addBit(bits: Bits, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31);
}

export function hasBit(bits: Bits, index: number): boolean {
  return (bits[index >>> 5]! & (1 << (index & 31))) !== 0;
}

/** `first ∪ second ∪ …`, a new set. */
export function union(first: Bits, ...others: readonly Bits[]): Bits {
  const bits = first.slice();
  for (const other of others) for (let at = 0; at < bits.length; at += 1) bits[at]! |= other[at]!;
  return bits;
}

export function intersection(first: Bits, second: Bits): Bits {
  const bits = first.slice();
  for (let at = 0; at < bits.length; at += 1) bits[at]! &= second[at]!;
  return bits;
}

export function without(first: Bits, second: Bits): Bits {
  const bits = first.slice();
  for (let at = 0; at < bits.length; at += 1) bits[at]! &= ~second[at]!;
  return bits;
}

export function isEmpty(bits: Bits): boolean {
  return bits.every((word) => word === 0);
}
