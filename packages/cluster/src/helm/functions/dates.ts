/** Sprig's functions on dates. What the time is, is given; the local zone is UTC. */
import { aliases, beyond, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import {
  isInt,
  isObject,
  plain,
  type Definition,
  type Methods,
  type Struct,
  type Value,
} from "../template/value.ts";
import { durationText, formatTime, parseDuration } from "./layout.ts";

const second = 1_000_000_000n;

function methodsOf(nanos: bigint): Methods {
  const list = [
    define("Unix", "-> int64", () => nanos / second),
    define("UnixNano", "-> int64", () => nanos),
    define("Format", "string -> string", (layout: string) => formatTime(layout, nanos, "UTC")),
    define("Year", "-> int", () => Number(formatTime("2006", nanos, "UTC"))),
    define("UTC", "-> any", () => timeOf(nanos)),
    define("Local", "-> any", () => timeOf(nanos)),
  ];
  return new Map(list.map((definition) => [definition.name, definition]));
}

export function timeOf(nanos: bigint): Struct {
  const made: Struct = {
    kind: "struct",
    type: "time.Time",
    fields: new Map(),
    methods: methodsOf(nanos),
    text: formatTime("2006-01-02 15:04:05.999999999 -0700 MST", nanos, "UTC"),
    json: () => formatTime("2006-01-02T15:04:05.999999999Z07:00", nanos, "UTC"),
    time: nanos,
  };
  return made;
}

/** The functions, for a clock that stands still. */
export function datesAt(now: bigint): readonly Definition[] {
  const nanosOf = (value: Value): bigint => {
    if (isObject(value) && value.kind === "struct" && value.time !== undefined) return value.time;
    return isInt(value) ? value.value * second : now;
  };
  const inZone = (layout: string, value: Value, zone: string): string =>
    formatTime(layout, nanosOf(value), zone);
  const moved = (text: string, time: Struct): Struct => {
    const by = parseDuration(text);
    return by === undefined ? time : timeOf((time.time ?? now) + by);
  };
  return [
    define("now", "-> any", () => timeOf(now)),
    define("date", "string any -> string", (layout: string, value: Value) => inZone(layout, value, "UTC")),
    ...aliases(define("dateInZone", "string any string -> string", inZone), "date_in_zone"),
    define("htmlDate", "any -> string", (value: Value) => inZone("2006-01-02", value, "UTC")),
    define("htmlDateInZone", "any string -> string", (value: Value, zone: string) =>
      inZone("2006-01-02", value, zone),
    ),
    ...aliases(define("dateModify", "string time -> any", moved), "date_modify"),
    ...aliases(
      define("mustDateModify", "string time -> any", (text: string, time: Struct) => {
        if (parseDuration(text) === undefined)
          throw failure(`time: invalid duration ${JSON.stringify(text)}`);
        return moved(text, time);
      }),
      "must_date_modify",
    ),
    define("ago", "any -> string", (value: Value) => {
      const passed = now - nanosOf(value);
      const half = passed < 0n ? -second / 2n : second / 2n;
      return durationText(((passed + half) / second) * second);
    }),
    define("duration", "any -> string", (value: Value) => durationText(secondsOf(value) * second)),
    define("durationRound", "any -> string", (value: Value) => rounded(value, now)),
    define("unixEpoch", "time -> string", (time: Struct) => String((time.time ?? 0n) / second)),
    beyond("toDate", "dates are not read from text"),
    beyond("mustToDate", "dates are not read from text"),
  ];
}

function secondsOf(value: Value): bigint {
  const simple = plain(value);
  if (typeof simple === "string")
    return /^[+-]?[0-9]{1,18}$/.test(simple) ? BigInt(simple.replace("+", "")) : 0n;
  return isInt(simple) && simple.type === "int64" ? simple.value : 0n;
}

const spans: readonly (readonly [string, bigint])[] = [
  ["y", 365n * 86_400n],
  ["mo", 30n * 86_400n],
  ["d", 86_400n],
  ["h", 3_600n],
  ["m", 60n],
  ["s", 1n],
];

function rounded(value: Value, now: bigint): string {
  const simple = plain(value);
  let span = 0n;
  if (typeof simple === "string") span = parseDuration(simple) ?? 0n;
  else if (isInt(simple) && simple.type === "int64") span = simple.value;
  else if (isObject(simple) && simple.kind === "struct" && simple.time !== undefined)
    span = now - simple.time;
  const size = span < 0n ? -span : span;
  const found = spans.find(([, length]) => size > length * second);
  return found === undefined ? "0s" : `${size / (found[1] * second)}${found[0]}`;
}
