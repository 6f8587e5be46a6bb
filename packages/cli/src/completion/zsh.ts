/** Completion for zsh: sourced, or a file `_plimsoll` in a folder of `fpath`. */
import type { Command, CommandArgument } from "../command.ts";
import { flagsOf, takesFile, type Flag } from "./flag.ts";

export function zsh(commands: readonly Command[]): string {
  return `#compdef plimsoll kubectl-plimsoll
# zsh completion for plimsoll: source <(plimsoll completion zsh)
_plimsoll() {
  if (( CURRENT == 2 )); then
    local -a commands
    commands=(
${commands.map(({ id, summary }) => `      ${quoted(`${id}:${summary.replaceAll(":", "\\:")}`)}`).join("\n")}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join("\n")}
  esac
}
if [ "$funcstack[1]" = _plimsoll ]; then _plimsoll "$@"; else compdef _plimsoll plimsoll kubectl-plimsoll; fi
`;
}

function commandCase(command: Command): string {
  const flags = flagsOf(command).flatMap(flagSpecs);
  const values = command.arguments.map(argumentSpec);
  return `    ${command.id})
      _arguments \\
${[...flags, ...values].map((spec) => `        ${quoted(spec)}`).join(" \\\n")} ;;`;
}

function flagSpecs(flag: Flag): readonly string[] {
  const { long, short, takes, description } = flag;
  const value =
    takes === undefined ? "" : `:${takes}:${takesFile(flag) ? "_files" : `(${flag.values.join(" ")})`}`;
  const names = short === undefined ? [long] : [short, long];
  return names.map((name) => `*${name}[${escaped(description)}]${value}`);
}

function argumentSpec({ name, description, values = [] }: CommandArgument): string {
  const many = name.includes("...") ? "*" : "";
  return `${many}:${escaped(description)}:${values.length === 0 ? "_files" : `(${values.join(" ")})`}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
