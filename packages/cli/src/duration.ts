/** Lengths of time as people write them: `90s`, `10m`, `1h30m`. */
import { UserError } from "@plimsoll/core";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. `option` names where it was written, for the error. */
export function durationFrom(text: string, option: string): number {
  if (!/^(?:\d+[smhd])+$/.test(text))
    throw new UserError("usage", `${option} is no length of time: ${text}`, "write it as 90s, 10m or 1h30m");
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit!]!,
    0,
  );
}

/** `1 h 30 min`, the two greatest units. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
