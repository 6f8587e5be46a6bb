/** `plimsoll plan`: in which order to make the edits, in stages, with what each stage applies. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  counted,
  isCelControl,
  markdownCode,
  markdownWords,
  planOf,
  sanitize,
  toAdmissionPolicy,
  UserError,
  yamlOf,
  type CelControl,
  type Plan,
  type PlanStep,
  type Resource,
  type Stage,
  type ValidationAction,
} from "@plimsoll/core";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { chooseEdits } from "../fix/choose.ts";
import { writePatches } from "../fix/kubectl.ts";
import { mergedFixes } from "../fix/merge.ts";
import { gapLines } from "../gate.ts";
import { sourceOptions } from "../input.ts";
import { judging, type Judging } from "../judging.ts";
import { settingOptions } from "../settings.ts";

const writers = [
  { id: "text", write: textOf },
  { id: "json", write: (plan: Plan) => `${JSON.stringify(plan, undefined, 2)}\n` },
  { id: "markdown", write: markdownOf },
] as const;
const formats = writers.map(({ id }) => id).join(", ");
const shown = 15;

export const plan = defineCommand({
  id: "plan",
  summary: "in which order to make the edits: observe, warn, canary, enforce",
  description:
    "Edits are ordered by the attack paths that they cut for their risk and effort. Nothing is changed; --out writes what each stage applies.",
  arguments: [{ name: "[path...]", description: "files and folders, as for scan; without one, the cluster" }],
  options: [
    {
      flags: "--format <id>",
      description: `${formats} (default: text)`,
      values: writers.map(({ id }) => id),
    },
    { flags: "--out <folder>", description: "write the manifests and patches of every stage there" },
    ...sourceOptions,
    ...settingOptions,
  ],
  examples: [
    { line: "plimsoll plan --observations seen.jsonl", means: "the cluster's edits in stages" },
    { line: "plimsoll plan deploy/ --out stages", means: "with what each stage applies, ready for kubectl" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const writer = chosen(writers, call.text("format") ?? "text", "format", `formats are ${formats}`);
  const judged = await judging(call);
  for (const line of gapLines(judged.report.gaps)) call.terminal.note(line);
  const made = planOf(judged.report);
  const folder = call.text("out");
  if (folder !== undefined) await writeStages(made, judged, folder, call);
  await call.terminal.out(writer.write(made));
  return judged.report.coverage.complete ? 0 : 3;
}

/** Each stage in a folder of its own, in the order in which they are applied. */
async function writeStages(made: Plan, judged: Judging, folder: string, call: Call): Promise<void> {
  const { cwd } = call.terminal;
  const root = resolve(cwd, folder);
  await makeFolder(root, folder);
  const cel = judged.library.controls.filter(isCelControl).filter(({ id }) => made.controls.includes(id));
  for (const [index, stage] of made.stages.entries()) {
    const own = join(root, `${index + 1}-${stage.id}`);
    await makeFolder(own, folder);
    await writeFile(join(own, "README.md"), stageMarkdown(stage));
    if (stage.id === "warn") {
      await writeYaml(
        join(own, "namespaces.yaml"),
        made.namespaces.map(({ labels }) => withoutEnforce(labels)),
      );
      await writeYaml(join(own, "policies.yaml"), policies(cel, ["Warn", "Audit"]));
    }
    if (stage.id === "enforce") {
      await writeYaml(join(own, "namespaces.yaml"), made.namespaces.map(enforced));
      await writeYaml(join(own, "policies.yaml"), policies(cel, ["Deny"]));
    }
    if (stage.id === "canary" || stage.id === "enforce")
      await patchesOf(stage, judged, join(own, "patches"), cwd);
  }
  call.terminal.note(`plimsoll: wrote ${counted(made.stages.length, "stage")} to ${sanitize(folder)}`);
}

async function makeFolder(path: string, shownAs: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const why = code === "EEXIST" ? "it is there already" : code;
    throw new UserError(
      "output",
      `cannot make the folder ${sanitize(shownAs)}: ${why}`,
      "name another --out",
      { cause: error },
    );
  }
}

async function writeYaml(path: string, resources: readonly Resource[]): Promise<void> {
  if (resources.length > 0) await writeFile(path, resources.map((each) => `---\n${yamlOf(each)}`).join(""));
}

async function patchesOf({ steps }: Stage, judged: Judging, folder: string, cwd: string): Promise<void> {
  if (steps.length === 0) return;
  const wishes = { edits: steps.map(({ edit }) => edit), only: [], breaking: [] };
  const { chosen: own } = chooseEdits(judged.report, judged.snapshot, wishes, () => judged.report);
  const { fixes } = mergedFixes(own);
  if (fixes.length > 0) await writePatches(fixes, folder, cwd);
}

/** What cannot be judged at admission is left out: some targets are exempt. */
function policies(
  controls: readonly CelControl[],
  actions: readonly ValidationAction[],
): readonly Resource[] {
  return controls.flatMap((control) => {
    try {
      return toAdmissionPolicy(control, { actions });
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}

const enforceLabel = "pod-security.kubernetes.io/enforce";

function withoutEnforce(labels: Resource): Resource {
  const { [enforceLabel]: _enforce, ...kept } = labels.metadata.labels ?? {};
  return { ...labels, metadata: { ...labels.metadata, labels: kept } };
}

function enforced({ labels, later }: Plan["namespaces"][number]): Resource {
  const own = { ...labels.metadata.labels, [enforceLabel]: later };
  return { ...labels, metadata: { ...labels.metadata, labels: own } };
}

function textOf(made: Plan): string {
  return made.stages.map(stageText).join("\n") + leftText(made);
}

function leftText({ left }: Plan): string {
  return left === 0 ? "" : `\n${counted(left, "edit")} of platform components left alone\n`;
}

function stageText({ id, title, steps, until }: Stage, index: number): string {
  const lines = steps
    .slice(0, shown)
    .flatMap((step) => [
      `  ${sanitize(step.title)}`,
      `    ${sanitize(step.edit)}`,
      `    because ${sanitize(step.because)}`,
      ...step.before.slice(0, 3).map((text) => `    before the next: ${sanitize(text)}`),
    ]);
  const rest = steps.length > shown ? [`  and ${steps.length - shown} more`] : [];
  return [`${index + 1}. ${id.toUpperCase()}  ${title}`, ...lines, ...rest, `  until ${until}`, ""].join(
    "\n",
  );
}

function markdownOf(made: Plan): string {
  return made.stages.map(stageMarkdown).join("\n") + leftText(made);
}

function stageMarkdown({ id, title, steps, until }: Stage): string {
  const items = steps.map(stepMarkdown);
  return `## ${id}: ${title}\n\n${items.join("")}${items.length === 0 ? "" : "\n"}Until ${until}.\n`;
}

function stepMarkdown({ edit, title, because, before }: PlanStep, index: number): string {
  const waits = before.map((text) => `   - before the next: ${markdownWords(text)}\n`).join("");
  return `${index + 1}. ${markdownWords(title)} ${markdownCode(edit)}\n   - ${markdownWords(because)}\n${waits}`;
}
