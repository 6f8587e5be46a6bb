/** `plimsoll whatif`: what a change would open and close, against a saved snapshot and without its cluster. */
import { changedSnapshot, UserError } from "@plimsoll/core";
import { snapshotOf, worldOptions } from "../asked.ts";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { changeMarkdown, changeText, compared, type Change } from "../compared.ts";
import { gapLines, isIncomplete } from "../gate.ts";
import { imageOptions } from "../images.ts";
import { settledFor } from "../judging.ts";
import { observationOptions } from "../observations.ts";
import { settingOptions } from "../settings.ts";

const writers = [
  { id: "text", write: changeText },
  { id: "markdown", write: changeMarkdown },
  { id: "json", write: (change: Change): string => `${JSON.stringify(change, undefined, 2)}\n` },
] as const;
const formats = writers.map(({ id }) => id).join(", ");
export const whatif = defineCommand({
  id: "whatif",
  summary: "what a change would open and close, by a saved snapshot",
  description:
    "Applies manifests to a snapshot in memory and compares. Pods of a changed workload take its new template. Exits with 1 where an attack path opens, 3 where something could not be read.",
  arguments: [{ name: "[path...]", description: "the snapshot, where --snapshot does not name it" }],
  options: [
    {
      flags: "-f, --file <path>",
      description: "manifests to apply: a file, a folder, or - ; may be repeated",
      repeat: true,
    },
    { flags: "--format <id>", description: `${formats} (default: text)` },
    {
      flags: "--allow-incomplete",
      description: "do not exit with 3 when something could not be read",
    },
    ...settingOptions,
    ...worldOptions,
    ...observationOptions,
    ...imageOptions,
  ],
  examples: [
    {
      line: "plimsoll whatif -f change.yaml --snapshot prod.plimsoll.zst",
      means: "in CI, without access to the cluster",
    },
    {
      line: "plimsoll whatif -f deploy/ --snapshot prod.plimsoll.zst --format markdown",
      means: "a comment for a pull request",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const writer = chosen(writers, call.text("format") ?? "text", "format", `formats are ${formats}`);
  const files = call.list("file");
  if (files.length === 0) throw new UserError("usage", "no change was given", "name its manifests with -f");
  const settled = await settledFor(call);
  const before = await snapshotOf(call.arguments, settled.kinds(), call);
  const { resources, gaps } = await snapshotOf(files, settled.kinds(), {
    ...call,
    text: () => undefined,
    list: () => [],
  });
  const after = { ...changedSnapshot(before, resources), gaps: [...before.gaps, ...gaps] };
  const change = await compared(before, after, settled);
  await call.terminal.out(writer.write(change, call.terminal.width));
  for (const line of gapLines(after.gaps)) call.terminal.note(line);
  if (isIncomplete(after) && !call.flag("allowIncomplete")) return 3;
  return change.opened.length > 0 ? 1 : 0;
}
