/** Declared commands made into commander's: parsing, help with examples, and mistakes told in one line. */
import { Command as Parser, CommanderError, Option } from "commander";
import type { Call, Command, CommandOption } from "./command.ts";
import { createTerminal, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage.ts";
import { version } from "./version.ts";

/** Runs what the words name and returns its exit code. */
export async function run(commands: readonly Command[], words: readonly string[]): Promise<number> {
  let code = 0;
  let told = "";
  const output = {
    outputError: () => undefined,
    writeOut: (text: string) => {
      told += text;
    },
  };
  const program = new Parser("plimsoll")
    .description("Kubernetes security posture: what to change first, and what could not be seen.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .exitOverride()
    .configureOutput(output)
    .addHelpText("after", exitCodes);
  for (const command of commands) {
    program.addCommand(
      parserOf(command, async (call) => {
        code = await command.run(call);
      }).configureOutput(output),
    );
  }
  // What `help` is asked for and nothing is called is the same mistake as a command that nothing is called.
  const named = words[0] === "help" && words.length > 1 && words[1] !== "help" ? words.slice(1) : undefined;
  const isUnknown = named !== undefined && !commands.some(({ id }) => id === named[0]);
  try {
    await program.parseAsync(isUnknown ? named : words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0 && error.code !== "commander.help") throw usageError(error, words);
    await createTerminal({ noColor: true }).out(told);
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}

const exitCodes = `
Exit codes: 0 ok, 1 a finding reaches --fail-on, 2 usage, 3 something asked for could not be evaluated
(unless --allow-incomplete), 70 a bug of ours.
`;

function parserOf(command: Command, act: (call: Call) => Promise<void>): Parser {
  const parser = new Parser(command.id)
    .summary(command.summary)
    .description([command.summary, command.description].filter((text) => text !== undefined).join("\n\n"))
    .helpOption("-h, --help", "print help")
    .exitOverride();
  for (const { name, description } of command.arguments) parser.argument(name, description);
  for (const option of command.options) parser.addOption(optionOf(option));
  parser.option("--no-color", "no colours (also NO_COLOR)");
  const examples = command.examples.map(({ line, means }) => `  $ ${line}\n      ${means}`);
  parser.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
  parser.action(async () => {
    const values = parser.opts<{ readonly [name: string]: unknown }>();
    const terminal = createTerminal({ noColor: values["color"] === false });
    await act(callOf(parser.args, values, terminal));
  });
  return parser;
}

function optionOf({ flags, description, repeat }: CommandOption): Option {
  const option = new Option(flags, description);
  if (repeat === undefined || repeat === false) return option;
  return option.argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    ...(repeat === "whole" ? [value] : value.split(",").filter((part) => part !== "")),
  ]);
}

function callOf(
  words: readonly string[],
  values: { readonly [name: string]: unknown },
  terminal: Terminal,
): Call {
  return {
    arguments: words,
    text: (option) => (typeof values[option] === "string" ? values[option] : undefined),
    list: (option) => (Array.isArray(values[option]) ? (values[option] as readonly string[]) : []),
    flag: (option) => values[option] === true,
    terminal,
  };
}

function usageError({ message, code }: CommanderError, words: readonly string[]): UsageError {
  const [text = "", meant] = message.replace(/^error: /, "").split("\n");
  const command =
    code === "commander.unknownCommand" ? undefined : words.find((word) => /^[a-z][a-z-]*$/.test(word));
  const help = `see plimsoll ${command === undefined ? "" : `${command} `}--help`;
  return new UsageError(
    text,
    meant === undefined ? help : `${lowered(meant.replaceAll(/[()]/g, ""))} (${help})`,
  );
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
