/** The shape of a command: declared arguments, options and examples, and a `run` that returns the exit code. */
import type { Terminal } from "./terminal.ts";

export interface CommandArgument {
  /** As commander writes it: `<id>` is needed, `[path...]` may be missing or many. */
  readonly name: string;
  readonly description: string;
  /** What it may be, for completion; files where nothing is said. */
  readonly values?: readonly string[];
}

export interface CommandOption {
  /** `--format <id>`, `--all`, `-o, --output <file>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times, or once with commas; `whole`: commas are part of its value. */
  readonly repeat?: boolean | "whole";
  /** What its value may be, for completion. */
  readonly values?: readonly string[];
}

export interface CommandExample {
  readonly line: string;
  readonly means: string;
}

/** What was typed, read by the declared names in camel case. */
export interface Call {
  readonly arguments: readonly string[];
  /** The value of an option, `undefined` where it was not given. */
  readonly text: (option: string) => string | undefined;
  readonly list: (option: string) => readonly string[];
  readonly flag: (option: string) => boolean;
  readonly terminal: Terminal;
}

export interface Command {
  readonly id: string;
  readonly summary: string;
  /** What more the help says. */
  readonly description?: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  readonly examples: readonly CommandExample[];
  /** Does the work and returns the exit code: 0 ok, 1 gate, 2 usage (thrown as `UserError`), 3 incomplete. */
  readonly run: (call: Call) => Promise<number>;
}

export function defineCommand<const Id extends string>(
  command: Command & { readonly id: Id },
): Command & { readonly id: Id } {
  return command;
}
