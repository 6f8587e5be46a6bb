/** IP addresses and blocks of both families, as numbers that can be compared. */

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** All addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const bits: { readonly [F in Family]: number } = { 4: 32, 6: 128 };

/**
 * Reads an address as Go's `net.ParseIP` does, which the API server uses: an IPv4 address written in IPv6 form is IPv4.
 * `undefined` where it is none.
 */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) {
    const value = parseFour(text);
    return value === undefined ? undefined : { family: 4, value };
  }
  const value = parseSix(text);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

function parseFour(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255)
    ? undefined
    : parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseSix(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0]!);
  const tail = groupsOf(halves[1] ?? "");
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function groupsOf(half: string): number[] | undefined {
  if (half === "") return [];
  const groups: number[] = [];
  const parts = half.split(":");
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes(".")) {
      const four = parseFour(part);
      if (four === undefined) return undefined;
      groups.push(Number(four >> 16n), Number(four & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** Reads `10.0.0.0/8` or `fd00::/8`; host bits are ignored. A single address is a block of one. `undefined` where it is none. */
export function parseBlock(text: string): AddressRange | undefined {
  const [base = "", length, more] = text.split("/");
  const address = parseAddress(base);
  if (address === undefined || more !== undefined) return undefined;
  const width = bits[address.family];
  const written = base.includes(":") && address.family === 4 ? 96 : 0;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? width : Number(length) - written;
  if (prefix < 0 || prefix > width) return undefined;
  const size = 1n << BigInt(width - prefix);
  const first = (address.value / size) * size;
  return { family: address.family, first, last: first + size - 1n };
}

export function contains(range: AddressRange, { family, value }: Address): boolean {
  return range.family === family && value >= range.first && value <= range.last;
}

export function lastOf(family: Family): bigint {
  return (1n << BigInt(bits[family])) - 1n;
}

export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - index * 16)) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(":");
  const zeros = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at).replace(/:$/, "")}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

/** `10.0.0.0/8` where the range is one block, else `first-last`. */
export function formatRange({ family, first, last }: AddressRange): string {
  const size = last - first + 1n;
  const base = formatAddress({ family, value: first });
  if ((size & (size - 1n)) === 0n && first % size === 0n) {
    const prefix = bits[family] - (size.toString(2).length - 1);
    return `${base}/${prefix}`;
  }
  return `${base}-${formatAddress({ family, value: last })}`;
}
