/** Completion for bash 3.2 and newer. */
import type { Command } from "../command.ts";
import { flagsOf, takesFile, type Flag } from "./flag.ts";

/** Where nothing is offered, bash offers files (`-o default`). */
export function bash(commands: readonly Command[]): string {
  const ids = commands.map(({ id }) => id).join(" ");
  return `# bash completion for plimsoll: source <(plimsoll completion bash)
_plimsoll() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  # --format=sarif is three words here.
  if [ "$current" = = ]; then current=; elif [ "$before" = = ]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${ids} help --help --version"
  else
    case "$command $before" in
${commands.flatMap(valueCases).join("\n")}
      *)
        case "$command" in
${commands.map(commandCase).join("\n")}
          help) words="${ids}" ;;
        esac ;;
    esac
  fi
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _plimsoll plimsoll kubectl-plimsoll
`;
}

function valueCases(command: Command): readonly string[] {
  return flagsOf(command)
    .filter(({ takes }) => takes !== undefined)
    .map((flag) => `      ${names(command, flag)}) ${valueOf(flag)} ;;`);
}

function names({ id }: Command, { long, short }: Flag): string {
  return [long, short].flatMap((name) => (name === undefined ? [] : [`"${id} ${name}"`])).join(" | ");
}

function valueOf(flag: Flag): string {
  return takesFile(flag) ? "return" : `words="${flag.values.join(" ")}"`;
}

function commandCase(command: Command): string {
  const options = flagsOf(command).map(({ long }) => long);
  const values = command.arguments.flatMap((argument) => argument.values ?? []);
  const plain = values.length === 0 ? "return" : `words="${values.join(" ")}"`;
  return `          ${command.id}) case "$current" in -*) words="${options.join(" ")}" ;; *) ${plain} ;; esac ;;`;
}
