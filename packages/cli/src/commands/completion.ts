/** `plimsoll completion`: what a shell needs to complete commands, options and ids, made of what the commands declare. */
import { chosen } from "../choice.ts";
import { defineCommand, type Command } from "../command.ts";
import { bash } from "../completion/bash.ts";
import { fish } from "../completion/fish.ts";
import { zsh } from "../completion/zsh.ts";

const shells = [
  { id: "bash", write: bash },
  { id: "zsh", write: zsh },
  { id: "fish", write: fish },
] as const;

/** `all` gives every command there is, this one among them. */
export function completionOf(all: () => Promise<readonly Command[]>): Command {
  return defineCommand({
    id: "completion",
    summary: "print completion for a shell",
    arguments: [{ name: "<shell>", description: "bash, zsh or fish", values: shells.map(({ id }) => id) }],
    options: [],
    examples: [
      { line: "source <(plimsoll completion bash)", means: "in ~/.bashrc; the same for zsh in ~/.zshrc" },
      { line: "plimsoll completion fish | source", means: "in ~/.config/fish/config.fish" },
    ],
    run: async ({ arguments: [id = ""], terminal }) => {
      const shell = chosen(shells, id, "shell", "shells are bash, zsh, fish");
      await terminal.out(shell.write(await all()));
      return 0;
    },
  });
}
