/** Options that give charts their values, with helm's names and helm's meaning. */
import { sanitize, UserError } from "@plimsoll/core";
import type { HelmOptions } from "@plimsoll/cluster";
import type { Call } from "./command.ts";

/** With what charts are rendered. */
export const chartOptions = [
  {
    flags: "--values <file>",
    description: "values for the charts that are read, over their own; may be repeated, the last wins",
    repeat: true,
  },
  {
    flags: "--set <path=value>",
    description: "one value for the charts that are read, as helm's --set takes it; may be repeated",
    repeat: "whole",
  },
  { flags: "--set-string <path=text>", description: "the same, always text", repeat: "whole" },
  { flags: "--set-json <path=json>", description: "the same, given as JSON", repeat: "whole" },
  { flags: "--set-file <path=file>", description: "the same, the text of a file", repeat: "whole" },
] as const;

/** By the name that an option goes by in a call. */
const names = [
  "values",
  "set",
  "setString",
  "setJson",
  "setFile",
] as const satisfies readonly (keyof HelmOptions)[];

export function isChartOption(name: string): boolean {
  return (names as readonly string[]).includes(name);
}

export function valuesOf(call: Call): HelmOptions {
  return Object.fromEntries(names.map((name) => [name, call.list(name)]));
}

/** Values are for charts, and a chart is a path. */
export function checkValues(helm: HelmOptions, paths: readonly string[]): void {
  const given = names.find((name) => (helm[name] ?? []).length > 0);
  if (given !== undefined && paths.length === 0)
    throw new UserError(
      "usage",
      `${flagOf(given)} is for charts, and no path was given`,
      "name the chart's folder",
    );
  for (const name of names.filter((each) => each !== "values")) {
    const wrong = (helm[name] ?? []).find((line) => !line.includes("="));
    if (wrong !== undefined)
      throw new UserError(
        "usage",
        `${flagOf(name)} has no value: ${sanitize(wrong)}`,
        `write ${flagOf(name)} image.tag=1.2`,
      );
  }
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
