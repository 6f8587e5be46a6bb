/** `plimsoll diff`: what changed between two reports, for a person, a program or a pull request. */
import { relative, resolve } from "node:path";
import { severities, type Gap, type Report, type Severity, type Snapshot } from "@plimsoll/core";
import { defineCommand, type Call } from "../command.ts";
import { gapLines, isIncomplete, severityFrom } from "../gate.ts";
import { mustHoldSomething, pathSource, readSource } from "../input.ts";
import { settledFor, standingIn, type Settled } from "../judging.ts";
import { reportIn } from "../saved.ts";
import { settingOptions } from "../settings.ts";
import { chosen } from "../choice.ts";
import { changeMarkdown, changeText, compared, comparedReports, reportOf, type Change } from "../compared.ts";

const writers = [
  { id: "text", write: changeText },
  { id: "markdown", write: changeMarkdown },
  { id: "json", write: jsonOf },
] as const;

export const diffCommand = defineCommand({
  id: "diff",
  summary: "what changed between two reports, snapshots or folders",
  description:
    "Findings that are new, gone, or can no longer be told; attack paths, exposure, connections and rights that change. JSON reports hold findings and their first attack paths; snapshots and folders everything, judged by the settings as scan does. Exits with 3 where something could not be read.",
  arguments: [
    { name: "<before>", description: "a JSON report, a saved snapshot, a file or a folder" },
    { name: "<after>", description: "the same, later" },
  ],
  options: [
    {
      flags: "-f, --format <id>",
      description: `${writers.map(({ id }) => id).join(", ")} (default: text)`,
      values: writers.map(({ id }) => id),
    },
    ...settingOptions,
    {
      flags: "--fail-on <severity>",
      description: "exit with 1 when a new finding is as severe: critical, high, medium, low",
      values: severities,
    },
    { flags: "--fail-on-paths", description: "exit with 1 when an attack path opens" },
    { flags: "--allow-incomplete", description: "do not exit with 3 when something could not be read" },
  ],
  examples: [
    { line: "plimsoll diff main.json branch.json --fail-on high", means: "a gate on what a branch adds" },
    { line: "plimsoll diff monday.plimsoll.zst friday.plimsoll.zst", means: "what became of the week" },
    { line: "plimsoll diff main/deploy deploy --format markdown", means: "a comment for a pull request" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const [before = "", after = ""] = call.arguments;
  const writer = chosen(
    writers,
    call.text("format") ?? "text",
    "format",
    `formats are ${writers.map(({ id }) => id).join(", ")}`,
  );
  const settled = await settledFor(call);
  const failOn = severityFrom(call.text("failOn")) ?? settled.config.failOn;
  const [earlier, later] = [await sideOf(before, settled, call), await sideOf(after, settled, call)];
  const { cwd } = call.terminal;
  const [first, second] = [before, after].map((path) => relative(cwd, resolve(cwd, path)) || ".");
  const ways = [standingIn(settled, second!, first!), standingIn(settled, first!, second!)] as const;
  const change =
    "resources" in earlier && "resources" in later
      ? await compared(earlier, later, ...ways)
      : comparedReports(await reportOf(earlier, ways[1]), await reportOf(later, ways[0]));
  await call.terminal.out(writer.write(change, call.terminal.width));
  const gaps: readonly Gap[] = [...earlier.gaps, ...later.gaps];
  for (const line of new Set(gapLines(gaps))) call.terminal.note(line);
  if (isIncomplete({ gaps }) && !call.flag("allowIncomplete")) return 3;
  if (call.flag("failOnPaths") && (change.opened.length > 0 || change.missing.length > 0)) return 1;
  if (failOn === undefined) return 0;
  return change.findings.opened.some(({ severity }) => reaches(severity, failOn)) ? 1 : 0;
}

/** Findings at the top, as ever; what else changed under names of its own. */
function jsonOf({ findings, opened, closed, reach, permissions, missing }: Change): string {
  return `${JSON.stringify({ ...findings, paths: { opened, closed, missing }, reach, permissions }, undefined, 2)}\n`;
}

function reaches(severity: Severity, failOn: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(failOn);
}

/** A saved report as it is; anything else is read, to be scanned. */
async function sideOf(path: string, settled: Settled, call: Call): Promise<Report | Snapshot> {
  const saved = await reportIn(path, call.terminal.cwd);
  if (saved !== undefined) return saved;
  const source = await pathSource(path, call.terminal.cwd);
  const [snapshot] = await readSource(source, settled.kinds(), call);
  mustHoldSomething(snapshot!, source);
  return snapshot!;
}
