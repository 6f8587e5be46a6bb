/** Semantic versions as Kubernetes reads and orders them. */
import { Special, Failure, fail } from "./value.ts";
import type { Boxed } from "./value.ts";

/** A version; what it was built from does not count in comparisons. */
export class Version extends Special {
  readonly type = "kubernetes.Semver";
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
  readonly build: readonly string[];

  constructor(numbers: readonly bigint[], pre: readonly string[], build: readonly string[]) {
    super();
    this.numbers = numbers;
    this.pre = pre;
    this.build = build;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Version && compareVersions(this, other) === 0;
  }
}

const NUMBER = /^(?:0|[1-9][0-9]*)$/;
const UINT_MAX = 18446744073709551615n;

function badVersion(text: string): Failure {
  return fail("invalid", `${JSON.stringify(text)} is not a semantic version`);
}

/** The version of a text, or why it is none. `lenient` also takes `v1`, `1.2` and leading zeros. */
export function parseVersion(text: string, lenient: boolean): Version | Failure {
  const normal = lenient ? normalize(text) : text;
  if (normal === undefined) return badVersion(text);
  const [, major = "", minor = "", patch = "", pre, build] =
    /^([0-9]+)\.([0-9]+)\.([0-9]+)(?:-([^+]*))?(?:\+(.*))?$/s.exec(normal) ?? [];
  const numbers = [major, minor, patch];
  const preParts = pre?.split(".") ?? [];
  const buildParts = build?.split(".") ?? [];
  const valid =
    numbers.every((part) => NUMBER.test(part) && BigInt(part) <= UINT_MAX) &&
    preParts.every((part) => /^[0-9A-Za-z-]+$/.test(part) && (!/^[0-9]+$/.test(part) || isPreNumber(part))) &&
    buildParts.every((part) => /^[0-9A-Za-z-]+$/.test(part));
  return valid ? new Version(numbers.map(BigInt), preParts, buildParts) : badVersion(text);
}

function isPreNumber(part: string): boolean {
  return NUMBER.test(part) && BigInt(part) <= UINT_MAX;
}

/** A loosely written version in its full form, or undefined. */
function normalize(text: string): string | undefined {
  const plain = text.startsWith("v") ? text.slice(1) : text;
  const [major = "", minor, ...rest] = plain.split(".");
  const parts = [
    major,
    ...(minor === undefined ? [] : [minor]),
    ...(rest.length === 0 ? [] : [rest.join(".")]),
  ];
  const trimmed = parts.map((part) => {
    if (part.length < 2) return part;
    const stripped = part.replace(/^0+/, "");
    return /^[0-9]/.test(stripped) ? stripped : `0${stripped}`;
  });
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1) ?? "")) return undefined;
  return [...trimmed, "0", "0"].slice(0, 3).join(".");
}

/** The order of two versions: -1, 0 or 1. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const [x = 0n, y = 0n] = [a.numbers[i], b.numbers[i]];
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0)
    return Math.sign(Number(a.pre.length === 0) - Number(b.pre.length === 0));
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const order = comparePre(a.pre[i] ?? "", b.pre[i] ?? "");
    if (order !== 0) return order;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

function comparePre(a: string, b: string): number {
  const [isNumber, isOther] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)];
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  const [x, y] = isNumber ? [BigInt(a), BigInt(b)] : [a, b];
  return x < y ? -1 : Number(x > y);
}
