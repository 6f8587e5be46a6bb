/** Timestamps and durations as text, and the parts of a date. */
import { duration, timestamp } from "./integer.ts";
import { Duration, Failure, Timestamp, fail } from "./value.ts";
import type { Value } from "./value.ts";

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MIN_SECONDS = -62135596800;
const MAX_SECONDS = 253402300799;

/** The time of an RFC 3339 text, undefined where it is none, a Failure out of the years 1 to 9999. */
export function parseTime(text: string): Value | undefined {
  const parts = TIME.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysIn(year, month) ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    return undefined;
  }
  const [offsetHours, offsetMinutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * (parts[8] === "-" ? -60 : 60);
  const seconds = daysBefore(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) return fail("overflow", "timestamp overflow");
  return new Timestamp(seconds, Number((parts[7] ?? "").slice(0, 9).padEnd(9, "0")));
}

/** The time of seconds since 1970, or an overflow. */
export function timeOfSeconds(seconds: number): Value {
  return timestamp(BigInt(seconds) * 1_000_000_000n);
}

function daysIn(year: number, month: number): number {
  return daysBefore(year, month + 1, 1) - daysBefore(year, month, 1);
}

/** Days from 1970-01-01 to a date; month 13 is January of the year after. */
function daysBefore(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000;
}

/** A time as RFC 3339 text in UTC, with as many decimals as it has. */
export function formatTime(time: Timestamp): string {
  const whole = new Date(time.seconds * 1000).toISOString().replace(/\.\d+Z$/, "");
  const year = whole.replace(/^[+-]00/, "");
  const decimals = time.nanos === 0 ? "" : `.${String(time.nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return `${year}${decimals}Z`;
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const PART = /(?:(\d+)(?:\.(\d*))?|\.(\d+))(ns|us|µs|μs|ms|s|m|h)/y;

/** The duration of a text such as `1h30m` or `-1.5s`, or undefined. */
export function parseDuration(text: string): Duration | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  if (text.slice(sign.length) === "0") return new Duration(0n);
  let total = 0n;
  let at = sign.length;
  if (at === text.length) return undefined;
  while (at < text.length) {
    PART.lastIndex = at;
    const part = PART.exec(text);
    if (part === null) return undefined;
    const unit = UNITS[part[4] ?? ""] ?? 1n;
    const decimals = (part[2] ?? part[3] ?? "").slice(0, 18);
    total +=
      BigInt(part[1] ?? 0) * unit +
      (BigInt(decimals === "" ? 0 : decimals) * unit) / 10n ** BigInt(decimals.length);
    at = PART.lastIndex;
  }
  const made = duration(sign === "-" ? -total : total);
  return made instanceof Failure ? undefined : made;
}

/** A duration as seconds: `3.5s`. */
export function formatDuration({ nanos }: Duration): string {
  return `${seconds(nanos)}s`;
}

function seconds(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const text = String(Number(size / 1_000_000_000n) + Number(size % 1_000_000_000n) / 1e9);
  const plain = text.includes("e") ? Number(text).toFixed(9).replace(/0+$/, "") : text;
  return nanos < 0n ? `-${plain}` : plain;
}

/** A date and time in a time zone. Months and days count from 1, days of the year and of the week (Sunday) from 0. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
  readonly dayOfWeek: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly milliseconds: number;
}

/** The parts of a time in a zone: a name such as `Europe/Rome`, or an offset such as `-08:00`; a Failure for others. */
export function partsOf(time: Timestamp, zone: string): DateParts | Failure {
  const offset = offsetOf(time.seconds, zone);
  if (offset === undefined) return fail("invalid", `unknown time zone ${zone}`);
  const local = new Date((time.seconds + offset) * 1000);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
  return {
    year,
    month,
    day,
    dayOfYear: daysBefore(year, month, day) - daysBefore(year, 1, 1),
    dayOfWeek: local.getUTCDay(),
    hours: local.getUTCHours(),
    minutes: local.getUTCMinutes(),
    seconds: local.getUTCSeconds(),
    milliseconds: Math.floor(time.nanos / 1_000_000),
  };
}

/** The seconds that a zone is ahead of UTC at a time, or undefined for no zone. */
function offsetOf(seconds: number, zone: string): number | undefined {
  if (zone === "UTC" || zone === "") return 0;
  const fixed = /^([+-]?)(\d+):([+-]?\d+)$/.exec(zone);
  if (fixed !== null) {
    const [, sign, hours, minutes] = fixed;
    return (Number(hours) * 3600 + Number(minutes) * 60) * (sign === "-" ? -1 : 1);
  }
  return zone.includes(":") ? undefined : namedOffset(seconds, zone);
}

function namedOffset(seconds: number, zone: string): number | undefined {
  const format = zoneFormat(zone);
  if (format === undefined) return undefined;
  const parts = new Map(format.formatToParts(seconds * 1000).map((part) => [part.type, part.value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
  const days = daysBefore(year, number("month"), number("day"));
  return days * 86400 + number("hour") * 3600 + number("minute") * 60 + number("second") - seconds;
}

const zoneFormats = new Map<string, Intl.DateTimeFormat | undefined>();

function zoneFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (zoneFormats.has(zone)) return zoneFormats.get(zone);
  const made = makeZoneFormat(zone);
  if (zoneFormats.size < 1000) zoneFormats.set(zone, made);
  return made;
}

function makeZoneFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = "numeric";
  const fields = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", era: "short", ...fields });
  } catch {
    return undefined;
  }
}

/** Whether a text is a date such as `2024-02-29`. */
export function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}
