/** The parts of timestamps, in a time zone, and of durations. */
import { partsOf } from "../values/date.ts";
import type { DateParts } from "../values/date.ts";
import { Duration, Failure, Timestamp, noOverload } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

type PartOf = (parts: DateParts) => number;

function accessor(
  name: string,
  id: string,
  part: PartOf,
  ofDuration?: (nanos: bigint) => bigint,
): FunctionDefinition {
  const zoned = id === "timestamp_to_seconds" ? `${id}_tz` : `${id}_with_tz`;
  const overloads = [`${id} timestamp.() -> int`, `${zoned} timestamp.(string) -> int`];
  const unit = id.replace("timestamp", "duration");
  return define(
    name,
    ofDuration === undefined ? overloads : [...overloads, `${unit} duration.() -> int`],
    (value, zone) => {
      if (value instanceof Timestamp && (zone === undefined || typeof zone === "string")) {
        const parts = partsOf(value, zone ?? "UTC");
        return parts instanceof Failure ? parts : part(parts);
      }
      if (!(value instanceof Duration) || ofDuration === undefined)
        return noOverload(name, value, zone ?? null);
      return Number(ofDuration(value.nanos));
    },
  );
}

const SECOND = 1_000_000_000n;

/** The functions of this library. */
export const times: readonly FunctionDefinition[] = [
  accessor("getFullYear", "timestamp_to_year", (parts) => parts.year),
  accessor("getMonth", "timestamp_to_month", (parts) => parts.month - 1),
  accessor("getDayOfYear", "timestamp_to_day_of_year", (parts) => parts.dayOfYear),
  accessor("getDayOfMonth", "timestamp_to_day_of_month", (parts) => parts.day - 1),
  accessor("getDate", "timestamp_to_day_of_month_1_based", (parts) => parts.day),
  accessor("getDayOfWeek", "timestamp_to_day_of_week", (parts) => parts.dayOfWeek),
  accessor(
    "getHours",
    "timestamp_to_hours",
    (parts) => parts.hours,
    (nanos) => nanos / (3600n * SECOND),
  ),
  accessor(
    "getMinutes",
    "timestamp_to_minutes",
    (parts) => parts.minutes,
    (nanos) => nanos / (60n * SECOND),
  ),
  accessor(
    "getSeconds",
    "timestamp_to_seconds",
    (parts) => parts.seconds,
    (nanos) => nanos / SECOND,
  ),
  accessor(
    "getMilliseconds",
    "timestamp_to_milliseconds",
    (parts) => parts.milliseconds,
    (nanos) => nanos / 1_000_000n,
  ),
];
