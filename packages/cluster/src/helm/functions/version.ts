/** Semantic versions and constraints upon them, as Masterminds/semver 3 judges them. */
import { failure } from "../template/fault.ts";

export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly pre: string;
  readonly metadata: string;
  readonly original: string;
}

const pattern =
  /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

export function parseVersion(text: string): Version | undefined {
  const match = text.length > 256 ? null : pattern.exec(text);
  if (match === null) return undefined;
  const [, major = "0", minor = "0", patch = "0", pre = "", metadata = ""] = match;
  return { major: BigInt(major), minor: BigInt(minor), patch: BigInt(patch), pre, metadata, original: text };
}

export function versionText({ major, minor, patch, pre, metadata }: Version): string {
  return `${major}.${minor}.${patch}${pre === "" ? "" : `-${pre}`}${metadata === "" ? "" : `+${metadata}`}`;
}

export function compareVersions(a: Version, b: Version): number {
  for (const part of ["major", "minor", "patch"] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.pre === "" || b.pre === "") return a.pre === b.pre ? 0 : a.pre === "" ? 1 : -1;
  return comparePre(a.pre, b.pre);
}

function comparePre(a: string, b: string): number {
  const one = a.split(".");
  const other = b.split(".");
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const order = comparePart(one[at] ?? "", other[at] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? -1 : 1;
  const numbers = [a, b].map((part) => /^\d+$/.test(part));
  if (numbers[0] && numbers[1]) return BigInt(a) > BigInt(b) ? 1 : -1;
  if (numbers[0] === numbers[1]) return a > b ? 1 : -1;
  return numbers[0] ? -1 : 1;
}

interface Constraint {
  readonly version: Version;
  readonly sign: string;
  readonly dirty: boolean;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
}

const signs = "=>|=<|>=|<=|!=|~>|=|>|<|~|\\^|";
const number =
  "v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?(-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?";
const uncaptured = number.replaceAll("(", "(?:").replaceAll("(?:?:", "(?:");
const one = new RegExp(`^\\s*(${signs})\\s*(${number})\\s*$`);
const each = new RegExp(`(?:${signs})\\s*(?:${uncaptured})`, "g");
const whole = new RegExp(
  `^(?:\\s*(?:${signs})\\s*(?:${uncaptured})\\s*)(?:(?:\\s+|,\\s*)(?:${signs})\\s*(?:${uncaptured})\\s*)*$`,
);
const between = new RegExp(`\\s*(${uncaptured})\\s+-\\s+(${uncaptured})\\s*`, "g");

/** Whether a version meets a constraint; throws where either is ill-formed. */
export function meets(constraint: string, text: string): boolean {
  const groups = parseConstraints(constraint);
  const version = parseVersion(text);
  if (version === undefined) throw failure("invalid semantic version");
  return groups.some((group) => {
    const pre = group.some((part) => part.version.pre !== "");
    return group.every((part) => holds(version, part, pre));
  });
}

function parseConstraints(text: string): readonly (readonly Constraint[])[] {
  if (text.length > 512) throw failure("constraint string is too long (max 512 bytes)");
  const spelled = text.replaceAll(between, (_, from, to) => `>= ${from}, <= ${to} `);
  const groups = spelled.split("||");
  if (groups.length > 32) throw failure("too many constraint groups (max 32)");
  return groups.map((group) => {
    if (!whole.test(group)) throw failure(`improper constraint: ${JSON.stringify(group)}`);
    return (group.match(each) ?? [group]).map(parseOne);
  });
}

function isAny(part: string | undefined): boolean {
  return part === undefined || part === "" || /^[xX*]$/.test(part.replace(/^\./, ""));
}

function parseOne(text: string): Constraint {
  const match = one.exec(text);
  if (match === null) throw failure(`improper constraint: ${JSON.stringify(text)}`);
  const [, sign = "", spelled = "", major = "", minor = "", patch = "", pre = ""] = match;
  const anyMajor = isAny(major);
  const minorDirty = !anyMajor && isAny(minor);
  const patchDirty = !anyMajor && !minorDirty && isAny(patch);
  const plain = anyMajor
    ? `0.0.0${pre}`
    : minorDirty
      ? `${major}.0.0${pre}`
      : patchDirty
        ? `${major}${minor}.0${pre}`
        : spelled;
  const version = parseVersion(plain);
  if (version === undefined) throw failure("constraint parser error");
  return { version, sign, dirty: anyMajor || minorDirty || patchDirty, minorDirty, patchDirty };
}

function holds(version: Version, constraint: Constraint, pre: boolean): boolean {
  if (version.pre !== "" && !pre) return false;
  const order = compareVersions(version, constraint.version);
  switch (constraint.sign) {
    case "!=":
      return differs(version, constraint, order);
    case ">":
      return isGreater(version, constraint, order);
    case "<":
      return order < 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<=":
    case "=<":
      return isAtMost(version, constraint, order);
    case "^":
      return caret(version, constraint, order);
    case "~":
    case "~>":
      return tilde(version, constraint, order);
    default:
      return constraint.dirty ? tilde(version, constraint, order) : order === 0;
  }
}

function differs(
  version: Version,
  { version: own, dirty, minorDirty, patchDirty }: Constraint,
  order: number,
): boolean {
  if (dirty) {
    if (own.major !== version.major) return true;
    if (own.minor !== version.minor && !minorDirty) return true;
    if (minorDirty) return false;
    if (own.patch !== version.patch && !patchDirty) return true;
    if (patchDirty) return (version.pre !== "" || own.pre !== "") && comparePre(version.pre, own.pre) !== 0;
  }
  return order !== 0;
}

function isGreater(
  version: Version,
  { version: own, dirty, minorDirty, patchDirty }: Constraint,
  order: number,
): boolean {
  if (!dirty) return order > 0;
  if (version.major !== own.major) return version.major > own.major;
  if (minorDirty) return false;
  return patchDirty ? version.minor > own.minor : order > 0;
}

function isAtMost(version: Version, { version: own, dirty, minorDirty }: Constraint, order: number): boolean {
  if (!dirty) return order <= 0;
  if (version.major > own.major) return false;
  return !(version.major === own.major && version.minor > own.minor && !minorDirty);
}

function tilde(
  version: Version,
  { version: own, minorDirty, patchDirty }: Constraint,
  order: number,
): boolean {
  if (order < 0) return false;
  const nought = own.major === 0n && own.minor === 0n && own.patch === 0n;
  if (nought && !minorDirty && !patchDirty) return true;
  return version.major === own.major && (version.minor === own.minor || minorDirty);
}

function caret(
  version: Version,
  { version: own, minorDirty, patchDirty }: Constraint,
  order: number,
): boolean {
  if (order < 0) return false;
  if (own.major > 0n || minorDirty) return version.major === own.major;
  if (version.major > 0n) return false;
  if (own.minor > 0n || patchDirty) return version.minor === own.minor;
  return version.minor === 0n && own.patch === version.patch;
}
