/** Kubernetes' functions of IP addresses and networks. */
import { Cidr, Ip, ipBytes, masked, parseCidr, parseIp, sameBits } from "../values/network.ts";
import { Failure, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

function ofText(name: string, apply: (text: string) => Value) {
  return (value: Value): Value => (typeof value === "string" ? apply(value) : noOverload(name, value));
}

function ofIp(name: string, apply: (bytes: readonly number[]) => Value) {
  return (value: Value): Value => (value instanceof Ip ? apply(value.bytes) : noOverload(name, value));
}

function ofCidr(name: string, apply: (cidr: Cidr) => Value) {
  return (value: Value): Value => (value instanceof Cidr ? apply(value) : noOverload(name, value));
}

const IPV6_LOOPBACK = ipBytes("::1") ?? [];

function isUnspecified(bytes: readonly number[]): boolean {
  return bytes.every((byte) => byte === 0);
}

function isLoopback(bytes: readonly number[]): boolean {
  return bytes.length === 4 ? bytes[0] === 127 : sameBits(bytes, IPV6_LOOPBACK, 128);
}

function isLinkLocalMulticast([a = 0, b = 0, c, ...rest]: readonly number[]): boolean {
  return rest.length === 1 ? a === 224 && b === 0 && c === 0 : a === 255 && (b & 15) === 2;
}

function isLinkLocalUnicast([a = 0, b = 0, , ...rest]: readonly number[]): boolean {
  return rest.length === 1 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80;
}

function isMulticast(bytes: readonly number[]): boolean {
  return bytes.length === 4 ? ((bytes[0] ?? 0) & 0xf0) === 0xe0 : bytes[0] === 255;
}

function isGlobalUnicast(bytes: readonly number[]): boolean {
  if (bytes.length === 4 && bytes.every((byte) => byte === 255)) return false;
  return !isUnspecified(bytes) && !isLoopback(bytes) && !isMulticast(bytes) && !isLinkLocalUnicast(bytes);
}

function containsIp(cidr: Value, other: Value): Value {
  const ip = typeof other === "string" ? parseIp(other) : other;
  if (ip instanceof Failure) return ip;
  if (!(cidr instanceof Cidr) || !(ip instanceof Ip)) return noOverload("containsIP", cidr, other);
  return sameBits(cidr.bytes, ip.bytes, cidr.bits);
}

function containsCidr(cidr: Value, other: Value): Value {
  const inner = typeof other === "string" ? parseCidr(other) : other;
  if (inner instanceof Failure) return inner;
  if (!(cidr instanceof Cidr) || !(inner instanceof Cidr)) return noOverload("containsCIDR", cidr, other);
  return cidr.bits <= inner.bits && sameBits(cidr.bytes, inner.bytes, cidr.bits);
}

/** The functions of this library. `string` of an address or network is with the other conversions. */
export const network: readonly FunctionDefinition[] = [
  define("ip", ["string_to_ip (string) -> net.IP", "cidr_ip net.CIDR.() -> net.IP"], (value) => {
    if (value instanceof Cidr) return new Ip(value.bytes);
    return typeof value === "string" ? parseIp(value) : noOverload("ip", value);
  }),
  define(
    "isIP",
    ["is_ip (string) -> bool"],
    ofText("isIP", (text) => parseIp(text) instanceof Ip),
  ),
  define(
    "ip.isCanonical",
    ["ip_is_canonical (string) -> bool"],
    ofText("ip.isCanonical", (text) => {
      const ip = parseIp(text);
      return ip instanceof Failure ? ip : ip.text() === text;
    }),
  ),
  define(
    "family",
    ["ip_family net.IP.() -> int"],
    ofIp("family", (bytes) => (bytes.length === 4 ? 4 : 6)),
  ),
  define("isUnspecified", ["ip_is_unspecified net.IP.() -> bool"], ofIp("isUnspecified", isUnspecified)),
  define("isLoopback", ["ip_is_loopback net.IP.() -> bool"], ofIp("isLoopback", isLoopback)),
  define(
    "isLinkLocalMulticast",
    ["ip_is_link_local_multicast net.IP.() -> bool"],
    ofIp("isLinkLocalMulticast", isLinkLocalMulticast),
  ),
  define(
    "isLinkLocalUnicast",
    ["ip_is_link_local_unicast net.IP.() -> bool"],
    ofIp("isLinkLocalUnicast", isLinkLocalUnicast),
  ),
  define(
    "isGlobalUnicast",
    ["ip_is_global_unicast net.IP.() -> bool"],
    ofIp("isGlobalUnicast", isGlobalUnicast),
  ),
  define("cidr", ["string_to_cidr (string) -> net.CIDR"], ofText("cidr", parseCidr)),
  define(
    "isCIDR",
    ["is_cidr (string) -> bool"],
    ofText("isCIDR", (text) => parseCidr(text) instanceof Cidr),
  ),
  define(
    "containsIP",
    ["cidr_contains_ip_string net.CIDR.(string) -> bool", "cidr_contains_ip_ip net.CIDR.(net.IP) -> bool"],
    containsIp,
  ),
  define(
    "containsCIDR",
    ["cidr_contains_cidr_string net.CIDR.(string) -> bool", "cidr_contains_cidr net.CIDR.(net.CIDR) -> bool"],
    containsCidr,
  ),
  define(
    "prefixLength",
    ["cidr_prefix_length net.CIDR.() -> int"],
    ofCidr("prefixLength", (cidr) => cidr.bits),
  ),
  define(
    "masked",
    ["cidr_masked net.CIDR.() -> net.CIDR"],
    ofCidr("masked", (cidr) => new Cidr(masked(cidr.bytes, cidr.bits), cidr.bits)),
  ),
];
