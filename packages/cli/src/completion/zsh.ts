/** Completion for zsh: sourced, or a file `_plimsoll` in a folder of `fpath`. */
import type { Command, CommandArgument } from "../command.ts";
import { flagsOf, takesFile, type Flag } from "./flag.ts";

export function zsh(commands: readonly Command[]): string {
  return `#compdef plimsoll kubectl-plimsoll
# zsh completion for plimsoll: source <(plimsoll completion zsh)
_plimsoll() {
  local -a commands options
  commands=(
${commands.map(({ id, summary }) => `    ${described(id, summary)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    commands+=(${described("help", "print help, also of a command")})
    options=(${described("--help", "print help")} ${described("--version", "print the version")})
    _describe command commands -- options
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join("\n")}
    help)
      _describe command commands ;;
  esac
}
if [ "$funcstack[1]" = _plimsoll ]; then _plimsoll "$@"; else compdef _plimsoll plimsoll kubectl-plimsoll; fi
`;
}

function described(word: string, summary: string): string {
  return quoted(`${word}:${summary.replaceAll(":", "\\:")}`);
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
  const said = `[${escaped(description)}]${value}`;
  // A value follows as a word of its own, or after an equals sign.
  const last = `*${long}${takes === undefined ? "" : "="}${said}`;
  return short === undefined ? [last] : [`*${short}${said}`, last];
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
