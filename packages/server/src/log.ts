/** One line of JSON for each thing worth telling. No credential, no request's address and no cluster's text goes in raw. */
import type { Clock } from "@plimsoll/cluster";
import { sanitize } from "@plimsoll/core";

export type Level = "info" | "warn" | "error";

export type Log = (
  level: Level,
  event: string,
  fields?: { readonly [name: string]: string | number | boolean },
) => void;

export function createLog(clock: Pick<Clock, "now">, write: (line: string) => void): Log {
  return (level, event, fields = {}) => {
    const safe = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? sanitize(value).slice(0, 500) : value,
    ]);
    const time = new Date(clock.now()).toISOString();
    write(JSON.stringify({ time, level, event, ...Object.fromEntries(safe) }));
  };
}

/** What may be told of a failure: its kind and its words, never its stack or cause. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  const code = "code" in error && typeof error.code === "string" ? `${error.code}: ` : "";
  return sanitize(`${code}${error.message}`).slice(0, 300);
}
