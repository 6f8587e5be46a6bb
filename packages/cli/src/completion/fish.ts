/** Completion for fish. */
import type { Command } from "../command.ts";
import { flagsOf, takesFile, type Flag } from "./flag.ts";

export function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c plimsoll -n __fish_use_subcommand -f -a ${command.id} -d ${quoted(command.summary)}`,
    ...flagsOf(command).map((flag) => flagLine(command, flag)),
    ...valueLines(command),
  ]);
  return `# fish completion for plimsoll: plimsoll completion fish | source\n${lines.join("\n")}\n`;
}

function after({ id }: Command): string {
  return `complete -c plimsoll -n '__fish_seen_subcommand_from ${id}'`;
}

function flagLine(command: Command, flag: Flag): string {
  const short = flag.short === undefined ? "" : ` -s ${flag.short.slice(1)}`;
  const values = flag.values.length === 0 ? "" : ` -a ${quoted(flag.values.join(" "))}`;
  const takes = flag.takes === undefined ? "" : takesFile(flag) ? " -r -F" : ` -x${values}`;
  return `${after(command)} -l ${flag.long.slice(2)}${short}${takes} -d ${quoted(flag.description)}`;
}

function valueLines(command: Command): readonly string[] {
  const values = command.arguments.flatMap((argument) => argument.values ?? []);
  return values.length === 0 ? [] : [`${after(command)} -f -a ${quoted(values.join(" "))}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
