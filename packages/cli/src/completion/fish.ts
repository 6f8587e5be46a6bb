/** Completion for fish. */
import type { Command } from "../command.ts";
import { flagsOf, takesFile, type Flag } from "./flag.ts";

export function fish(commands: readonly Command[]): string {
  const first = "complete -c plimsoll -n __plimsoll_first";
  const lines = commands.flatMap((command) => [
    `${first} -f -a ${command.id} -d ${quoted(command.summary)}`,
    `complete -c plimsoll -n '__plimsoll_of help' -f -a ${command.id} -d ${quoted(command.summary)}`,
    ...flagsOf(command).map((flag) => flagLine(command, flag)),
    ...valueLines(command),
  ]);
  return `# fish completion for plimsoll: plimsoll completion fish | source
function __plimsoll_first
  set -l words (commandline -opc)
  test (count $words) -eq 1
end
function __plimsoll_of
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test $words[2] = $argv[1]
end
${first} -f -a help -d 'print help, also of a command'
${first} -l help -d 'print help'
${first} -l version -d 'print the version'
${lines.join("\n")}
complete -c kubectl-plimsoll -w plimsoll
`;
}

function after({ id }: Command): string {
  return `complete -c plimsoll -n '__plimsoll_of ${id}'`;
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
