/** IP addresses and networks as Kubernetes reads them: no zones, no IPv4 in IPv6, no leading zeros. */
import { Special, Failure, fail } from "./value.ts";
import type { Boxed } from "./value.ts";

/** An address: 4 or 16 bytes. */
export class Ip extends Special {
  readonly type = "net.IP";
  readonly bytes: readonly number[];

  constructor(bytes: readonly number[]) {
    super();
    this.bytes = bytes;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Ip && sameBits(this.bytes, other.bytes, this.bytes.length * 8);
  }

  override text(): string {
    return formatIp(this.bytes);
  }

  override get size(): number {
    return this.bytes.length;
  }
}

/** An address and how many of its bits name the network. */
export class Cidr extends Special {
  readonly type = "net.CIDR";
  readonly bytes: readonly number[];
  readonly bits: number;

  constructor(bytes: readonly number[], bits: number) {
    super();
    this.bytes = bytes;
    this.bits = bits;
  }

  override equals(other: Boxed): boolean {
    return (
      other instanceof Cidr &&
      this.bits === other.bits &&
      sameBits(this.bytes, other.bytes, this.bytes.length * 8)
    );
  }

  override text(): string {
    return `${formatIp(this.bytes)}/${this.bits}`;
  }

  override get size(): number {
    return Math.ceil(this.bits / 8);
  }
}

/** Whether two addresses of one family have the same first bits. */
export function sameBits(a: readonly number[], b: readonly number[], bits: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i * 8 < bits; i++) {
    const mask = bits - i * 8 >= 8 ? 0xff : (0xff << (8 - (bits - i * 8))) & 0xff;
    if (((a[i] ?? 0) & mask) !== ((b[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** The address with all bits after the first ones 0. */
export function masked(bytes: readonly number[], bits: number): readonly number[] {
  return bytes.map((byte, i) => {
    const left = bits - i * 8;
    return left >= 8 ? byte : left <= 0 ? 0 : byte & (0xff << (8 - left)) & 0xff;
  });
}

/** The address of a text, or why it is none. */
export function parseIp(text: string): Ip | Failure {
  const bytes = ipBytes(text);
  if (bytes === undefined)
    return fail("invalid", `IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  if (isMapped(bytes))
    return fail("invalid", `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
  return new Ip(bytes);
}

/** The network of a text, or why it is none. */
export function parseCidr(text: string): Cidr | Failure {
  const at = text.lastIndexOf("/");
  const bytes = at < 0 ? undefined : ipBytes(text.slice(0, at));
  const bits = text.slice(at + 1);
  if (bytes === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > bytes.length * 8) {
    return fail(
      "invalid",
      `network address parse error during conversion from string: ${JSON.stringify(text)}`,
    );
  }
  if (isMapped(bytes))
    return fail("invalid", `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
  return new Cidr(bytes, Number(bits));
}

function isMapped(bytes: readonly number[]): boolean {
  return (
    bytes.length === 16 &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 255 &&
    bytes[11] === 255
  );
}

/** The bytes of an address, IPv4-mapped ones too; undefined where the text is none. */
export function ipBytes(text: string): readonly number[] | undefined {
  return text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
}

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = "", tail] = halves;
  const before = groupBytes(head, tail === undefined);
  if (before === undefined) return undefined;
  if (tail === undefined) return before.length === 16 ? before : undefined;
  const after = groupBytes(tail, true);
  if (after === undefined || before.length + after.length > 14) return undefined;
  return [...before, ...Array<number>(16 - before.length - after.length).fill(0), ...after];
}

/** The bytes of groups between colons; the last one may be an IPv4 address where these are the last groups. */
function groupBytes(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (last && i === groups.length - 1 && group.includes(".")) {
      const end = ipv4Bytes(group);
      if (end === undefined) return undefined;
      bytes.push(...end);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    }
  }
  return bytes.length > 16 ? undefined : bytes;
}

/** An address as text, in its one canonical form. */
export function formatIp(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}
