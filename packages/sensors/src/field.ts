/** Fields of records from outside: of the type that is expected, or undefined. */
import type { Parsed, RawRecord, Rejection } from "@plimsoll/core";

/** The value at a path of keys; undefined where the way is not there. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as RawRecord)[key];
  }
  return current;
}

export function objectAt(value: unknown, ...path: readonly string[]): RawRecord | undefined {
  const found = at(value, ...path);
  return typeof found === "object" && found !== null && !Array.isArray(found)
    ? (found as RawRecord)
    : undefined;
}

const longestText = 4_096;

/** Text that says something: not empty, not Falco's `<NA>`, no NUL in it; cut where it is very long. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  if (typeof found !== "string" || found === "" || found === "<NA>") return undefined;
  const clean = found.replaceAll("\0", "\u{fffd}");
  return clean.length > longestText ? `${clean.slice(0, longestText)}…` : clean;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  if (typeof found === "number") return Number.isFinite(found) ? found : undefined;
  return typeof found === "string" && /^-?\d{1,15}$/.test(found) ? Number(found) : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Those of a list that are texts which say something. */
export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).flatMap((entry) => textAt(entry) ?? []);
}

export function portAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = numberAt(value, ...path);
  return found !== undefined && Number.isInteger(found) && found > 0 && found < 65_536 ? found : undefined;
}

export function protocolFrom(text: unknown): "TCP" | "UDP" | "SCTP" | undefined {
  const found = typeof text === "string" ? /(?:^|_)(TCP|UDP|SCTP)/.exec(text.toUpperCase())?.[1] : undefined;
  return found as "TCP" | "UDP" | "SCTP" | undefined;
}

/** `sha256:…` of an image's id or name, else the text. */
export function imageFrom(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? text);
}

/** `CAP_NET_BIND_SERVICE` → `NET_BIND_SERVICE` */
export function capabilityFrom(text: string | undefined): string | undefined {
  const name = text?.toUpperCase().replace(/^CAP_/, "");
  return name !== undefined && /^[A-Z_]{3,40}$/.test(name) ? name : undefined;
}

/** The entries that are there: `optional({a: undefined, b: 1})` is `{b: 1}`. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function rejected(why: Rejection): Parsed {
  return { part: "rejected", why };
}

/** Nanoseconds since 1970 as RFC 3339, to the millisecond. */
export function timeOfNanoseconds(value: number | undefined): string | undefined {
  if (value === undefined || value <= 0 || value > 8e21) return undefined;
  return new Date(value / 1e6).toISOString();
}

/** Its own checks of a capability that work goes on without: seen as SYS_ADMIN in every process that starts as root. */
export function isOpportunistic(name: string, audited: boolean | undefined): boolean {
  return audited === undefined ? name === "SYS_ADMIN" : !audited;
}

/** Flags of open(2) on x86-64 and arm64 alike: access mode and O_CREAT. */
export function operationOfFlags(flags: number | undefined): "open" | "write" | "create" {
  if (flags === undefined) return "open";
  if ((flags & 0o100) !== 0) return "create";
  return (flags & 3) === 0 ? "open" : "write";
}

/** The same where they are told by name: `O_RDONLY|O_CLOEXEC`, `["O_RDWR"]`. */
export function operationOfNames(names: string): "open" | "write" | "create" {
  if (names.includes("O_CREAT")) return "create";
  return /O_(?:WRONLY|RDWR)/.test(names) ? "write" : "open";
}

/** `{address}` of a text that is one; nobody connects to no address. */
export function peerAt(address: string | undefined): { readonly peer?: { readonly address: string } } {
  if (address === undefined || !/^[0-9A-Fa-f.:]{2,45}$/.test(address)) return {};
  return { peer: { address: address.replace(/^::ffff:(?=\d+\.)/i, "") } };
}
