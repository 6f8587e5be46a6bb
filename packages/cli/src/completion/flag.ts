/** The flags of an option as declared, taken apart: `-o, --output <file>`. */
import type { Command, CommandOption } from "../command.ts";

export interface Flag {
  /** `--output` */
  readonly long: string;
  /** `-o` */
  readonly short: string | undefined;
  /** `file`, where a value follows. */
  readonly takes: string | undefined;
  readonly description: string;
  readonly values: readonly string[];
}

/** What every command takes beside its own. */
const shared: readonly CommandOption[] = [
  { flags: "--no-color", description: "no colours (also NO_COLOR)" },
  { flags: "-h, --help", description: "print help" },
];

export function flagsOf(command: Command): readonly Flag[] {
  return [...command.options, ...shared].map(flagOf);
}

function flagOf({ flags, description, values = [] }: CommandOption): Flag {
  return {
    long: /--[a-z-]+/.exec(flags)?.[0] ?? flags,
    short: /^-[A-Za-z](?=,)/.exec(flags)?.[0],
    takes: /<([^>]+)>/.exec(flags)?.[1],
    description,
    values,
  };
}

/** Whether the value is a file: what is asked for is called one. */
export function takesFile({ takes, values }: Flag): boolean {
  return values.length === 0 && (takes === "file" || takes === "path");
}
