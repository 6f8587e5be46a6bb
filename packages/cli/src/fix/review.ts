/** Asks a person about each edit: yes, no, show, all that are left, or stop. */
import { createInterface } from "node:readline/promises";
import { counted } from "@plimsoll/core";
import type { Terminal } from "../terminal.ts";
import type { Chosen } from "./choose.ts";
import { editLines } from "./told.ts";

/** Those that were agreed to; `undefined`: stopped, and nothing is to be written. */
export async function reviewed(
  chosen: readonly Chosen[],
  terminal: Terminal,
): Promise<readonly Chosen[] | undefined> {
  const lines = createInterface({ input: terminal.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("q")));
  const taken: Chosen[] = [];
  try {
    for (const [index, each] of chosen.entries()) {
      for (const line of editLines(each.edit)) terminal.note(line);
      const answer = await answered(lines, ended, each, terminal, `edit ${index + 1} of ${chosen.length}`);
      if (answer === "q") return undefined;
      if (answer === "a") return [...taken, ...chosen.slice(index)];
      if (answer === "d") return taken;
      if (answer === "y") taken.push(each);
    }
  } finally {
    lines.close();
  }
  terminal.note(`${counted(taken.length, "edit")} taken`);
  return taken;
}

const help =
  "y take it, n leave it, s show the patch, a take this and all others, d leave the rest, q write nothing";

async function answered(
  lines: ReturnType<typeof createInterface>,
  ended: Promise<string>,
  { operations }: Chosen,
  terminal: Terminal,
  which: string,
): Promise<string> {
  for (;;) {
    const typed = await Promise.race([lines.question(`${which}: take it? [y,n,s,a,d,q,?] `), ended]);
    const answer = typed.trim().toLowerCase();
    if (["y", "n", "a", "d", "q"].includes(answer)) return answer;
    if (answer === "s") for (const operation of operations) terminal.note(`  ${JSON.stringify(operation)}`);
    else terminal.note(help);
  }
}
