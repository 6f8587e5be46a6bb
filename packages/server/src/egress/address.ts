/** Which addresses may be spoken to: the public ones; any other only where the settings name it. */
import { BlockList, isIP } from "node:net";

/** Not public, by the IANA special-purpose registries (RFC 6890 and its successors). */
const reserved: readonly (readonly [name: string, ranges: readonly string[]])[] = [
  ["this host", ["0.0.0.0/8", "::/128"]],
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["link-local, where clouds keep their metadata", ["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"]],
  ["shared by a carrier", ["100.64.0.0/10"]],
  ["for benchmarks", ["198.18.0.0/15"]],
  ["for documentation", ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"]],
  ["for protocols", ["192.0.0.0/24", "192.88.99.0/24", "100::/64", "2001::/23", "5f00::/16"]],
  ["multicast or reserved", ["224.0.0.0/4", "240.0.0.0/4", "ff00::/8"]],
];

export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

const lists = reserved.map(([name, ranges]) => [name, blockListOf(ranges)] as const);

/** Whether an address is in one of the ranges. */
export function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const list = blockListOf(ranges);
  return (address) => isAddress(address) && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", prefix = ""] = range.split("/");
    const family = isIP(network) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** Whether a text is an address range, as `10.0.0.0/8` or `fd00::/8`; one address is a range too. */
export function rangeOf(text: string): string | undefined {
  const [network = "", prefix, ...rest] = text.split("/");
  const family = isIP(network);
  if (family === 0 || rest.length > 0) return undefined;
  const longest = family === 6 ? 128 : 32;
  if (prefix === undefined) return `${network}/${longest}`;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest ? text : undefined;
}

/** What stands against an address: `loopback`, `private` …; `undefined` where it is public. */
export function reservedAs(address: string): string | undefined {
  const inner = embedded(address);
  if (inner !== undefined) return reservedAs(inner);
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (isIP(address) === 0) return "no address";
  return lists.find(([, list]) => list.check(address, family))?.[0];
}

/**
 * The IPv4 address that an IPv6 form carries: mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96 and
 * 64:ff9b:1::/48) and 6to4 (2002::/16). A packet to it may end at that address, so that is what is judged.
 */
function embedded(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  if (groups === undefined) return undefined;
  const head = groups.slice(0, 6);
  const zero = (list: readonly number[]): boolean => list.every((group) => group === 0);
  const last = dotted(groups[6]!, groups[7]!);
  const mapped = zero(head.slice(0, 5)) && head[5] === 0xffff;
  const translated = zero(head.slice(0, 4)) && head[4] === 0xffff && head[5] === 0;
  if (mapped || translated) return last;
  if (zero(head)) return groups[6] === 0 && groups[7]! <= 1 ? undefined : last;
  if (head[0] === 0x64 && head[1] === 0xff9b) return last;
  if (head[0] === 0x2002) return dotted(head[1]!, head[2]!);
  return undefined;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The eight groups of an IPv6 address; zone ids are dropped. */
function groupsOf(address: string): readonly number[] | undefined {
  const host = URL.parse(`http://[${address.split("%")[0]}]/`)?.hostname.slice(1, -1);
  if (host === undefined) return undefined;
  const [before = "", after] = host.split("::");
  const parse = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((hex) => parseInt(hex, 16));
  const [head, tail] = [parse(before), parse(after ?? "")];
  if (after === undefined) return head;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
