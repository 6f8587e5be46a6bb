/** Times in Go's layouts (`2006-01-02T15:04:05Z07:00`), and durations. */

const chunk =
  /January|Jan|Monday|Mon|MST|2006|__2|002|01|02|03|04|05|06|15|Z070000|Z07:00:00|Z0700|Z07:00|Z07|-070000|-07:00:00|-0700|-07:00|-07|PM|pm|_2|[.,]0+(?![0-9])|[.,]9+(?![0-9])|1|2|3|4|5/g;
const months = "January February March April May June July August September October November December".split(
  " ",
);
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

interface Clock {
  readonly date: Date;
  /** Of a second. */
  readonly nanos: bigint;
  /** Seconds east of Greenwich, and what the zone is called. */
  readonly offset: number;
  readonly zone: string;
}

/** Nothing for a zone that is not known. */
function offsetIn(
  zone: string,
  millis: number,
): { readonly offset: number; readonly name: string } | undefined {
  if (zone === "" || zone === "UTC" || zone === "Local") return { offset: 0, name: "UTC" };
  try {
    const format = (timeZoneName: "longOffset" | "short"): string =>
      new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName })
        .formatToParts(new Date(millis))
        .find(({ type }) => type === "timeZoneName")?.value ?? "";
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(format("longOffset"));
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match ?? [];
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const short = format("short");
    const offset = sign === "-" ? -size : size;
    return { offset, name: /^[A-Z]{2,5}$/.test(short) ? short : numeric(offset, "", 2) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

function numeric(offset: number, colon: string, parts: number): string {
  const size = Math.abs(offset);
  const fields = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].slice(0, parts);
  return (offset < 0 ? "-" : "+") + fields.map((field) => String(field).padStart(2, "0")).join(colon);
}

/** `nanos` since 1970. A zone that is not known is UTC, as sprig has it. */
export function formatTime(layout: string, nanos: bigint, zone: string): string {
  const seconds = nanos >= 0n ? nanos / 1_000_000_000n : -((999_999_999n - nanos) / 1_000_000_000n);
  const millis = Number(seconds) * 1000;
  const { offset, name } = offsetIn(zone, millis) ?? { offset: 0, name: "UTC" };
  const clock: Clock = {
    date: new Date(millis + offset * 1000),
    nanos: nanos - seconds * 1_000_000_000n,
    offset,
    zone: name,
  };
  return layout.replaceAll(chunk, (part) => field(part, clock) ?? part);
}

function field(part: string, { date, nanos, offset, zone }: Clock): string | undefined {
  const two = (value: number, fill = "0"): string => String(value).padStart(2, fill);
  const hour = date.getUTCHours();
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const month = months[date.getUTCMonth()] ?? "";
  const day = days[date.getUTCDay()] ?? "";
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  const fields: Readonly<Record<string, string>> = {
    January: month,
    Jan: month.slice(0, 3),
    Monday: day,
    Mon: day.slice(0, 3),
    MST: zone,
    "2006": String(date.getUTCFullYear()).padStart(4, "0"),
    "06": two(date.getUTCFullYear() % 100),
    "01": two(date.getUTCMonth() + 1),
    "1": String(date.getUTCMonth() + 1),
    "02": two(date.getUTCDate()),
    _2: two(date.getUTCDate(), " "),
    "2": String(date.getUTCDate()),
    "002": String(dayOfYear).padStart(3, "0"),
    __2: String(dayOfYear).padStart(3, " "),
    "15": two(hour),
    "03": two(twelve),
    "3": String(twelve),
    "04": two(date.getUTCMinutes()),
    "4": String(date.getUTCMinutes()),
    "05": two(date.getUTCSeconds()),
    "5": String(date.getUTCSeconds()),
    PM: hour >= 12 ? "PM" : "AM",
    pm: hour >= 12 ? "pm" : "am",
  };
  const known = fields[part];
  if (known !== undefined) return known;
  if (/^[Z-]/.test(part)) {
    if (part.startsWith("Z") && offset === 0) return "Z";
    return numeric(offset, part.includes(":") ? ":" : "", (part.replaceAll(":", "").length - 1) / 2);
  }
  const digits = nanos
    .toString()
    .padStart(9, "0")
    .slice(0, part.length - 1);
  if (part[1] === "0") return part[0] + digits;
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : part[0] + kept;
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** In nanoseconds; nothing for what is no duration. */
export function parseDuration(text: string): bigint | undefined {
  const match = /^([+-]?)(.*)$/s.exec(text);
  const body = match?.[2] ?? "";
  if (body === "0") return 0n;
  const pieces = [...body.matchAll(/([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/gy)];
  if (pieces.length === 0 || pieces.reduce((sum, piece) => sum + piece[0].length, 0) !== body.length)
    return undefined;
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = "s"] of pieces) {
    if (whole === "" && fraction === "") return undefined;
    const scale = units[unit] ?? 1n;
    total += BigInt(whole === "" ? "0" : whole) * scale;
    if (fraction !== "") total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  return match?.[1] === "-" ? -total : total;
}

/** As Go prints one. */
export function durationText(nanos: bigint): string {
  if (nanos === 0n) return "0s";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000_000_000n) {
    const [unit, name] = size < 1_000n ? [1n, "ns"] : size < 1_000_000n ? [1_000n, "µs"] : [1_000_000n, "ms"];
    return `${sign}${withFraction(size, unit as bigint)}${name as string}`;
  }
  const minutes = size / 60_000_000_000n;
  const seconds = withFraction(size - minutes * 60_000_000_000n, 1_000_000_000n);
  if (minutes === 0n) return `${sign}${seconds}s`;
  return minutes < 60n
    ? `${sign}${minutes}m${seconds}s`
    : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}s`;
}

function withFraction(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = (value % unit).toString().padStart(digits, "0").replace(/0+$/, "");
  return `${value / unit}${fraction === "" || digits === 0 ? "" : `.${fraction}`}`;
}
