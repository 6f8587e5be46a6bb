/** `plimsoll snapshot`: saves what a scan would read, to be scanned anywhere and later. */
import { kindsNeeded } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { UserError } from "@plimsoll/core";
import { defineCommand, type Call } from "../command.ts";
import { gapLines } from "../gate.ts";
import { mustHoldSomething, readSource, sourceOf, sourceOptions } from "../input.ts";
import { checkTarget } from "../output.ts";

export const snapshot = defineCommand({
  id: "snapshot",
  summary: "save what a scan would read",
  description:
    "Secret values never enter, and values that look like credentials are replaced where they are read.",
  arguments: [
    {
      name: "[path...]",
      description: "files, folders, globs, saved snapshots (to merge); - for standard input",
    },
  ],
  options: [
    ...sourceOptions.filter(({ flags }) => flags !== "--all-contexts"),
    { flags: "-o, --output <file>", description: "the file to write, by habit NAME.plimsoll.zst" },
    { flags: "--allow-incomplete", description: "do not exit with 3 when something could not be read" },
    { flags: "--quiet", description: "no notes and no progress" },
  ],
  examples: [
    {
      line: "plimsoll snapshot --output today.plimsoll.zst",
      means: "the current cluster, to scan elsewhere",
    },
    { line: "plimsoll snapshot a.plimsoll.zst b.plimsoll.zst -o both.plimsoll.zst", means: "two made one" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const output = call.text("output");
  if (output === undefined)
    throw new UserError("usage", "a snapshot needs a file to go to", "add --output NAME.plimsoll.zst");
  const target = await checkTarget(output, terminal.cwd);
  const source = await sourceOf(call);
  const [whole] = await readSource(source, kindsNeeded(library.controls), call);
  const { writeSnapshot } = await import("@plimsoll/cluster");
  mustHoldSomething(whole!, source);
  await writeSnapshot(whole!, target.path);
  for (const line of gapLines(whole!.gaps)) terminal.note(line);
  if (!call.flag("quiet")) terminal.note(`plimsoll: wrote ${whole!.resources.length} resources to ${output}`);
  const incomplete = whole!.gaps.some((gap) => gap.blocking !== false);
  return incomplete && !call.flag("allowIncomplete") ? 3 : 0;
}
