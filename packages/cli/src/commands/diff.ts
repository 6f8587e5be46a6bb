/** `plimsoll diff`: what changed between two reports, for a person, a program or a pull request. */
import {
  diff as compare,
  scan as judge,
  severities,
  type Report,
  type ReportDiff,
  type Severity,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { defineCommand, type Call } from "../command.ts";
import { severityFrom } from "../gate.ts";
import { pathSource, readSource } from "../input.ts";
import { isReportFile, readReport } from "../settings.ts";
import { version } from "../version.ts";
import { chosen } from "../choice.ts";
import { diffText, diffMarkdown } from "../changes.ts";

const writers = [
  { id: "text", write: diffText },
  { id: "markdown", write: diffMarkdown },
  { id: "json", write: (changed: ReportDiff): string => `${JSON.stringify(changed, undefined, 2)}\n` },
] as const;

export const diffCommand = defineCommand({
  id: "diff",
  summary: "what changed between two reports, snapshots or folders",
  description: "Findings that are new, findings that are gone, and what can no longer be told.",
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
    {
      flags: "--fail-on <severity>",
      description: "exit with 1 when a new finding is as severe: critical, high, medium, low",
      values: severities,
    },
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
  const failOn = severityFrom(call.text("failOn"));
  const changed = compare(await reportOf(before, call), await reportOf(after, call));
  await call.terminal.out(writer.write(changed, call.terminal.width));
  if (failOn === undefined) return 0;
  return changed.opened.some(({ severity }) => reaches(severity, failOn)) ? 1 : 0;
}

function reaches(severity: Severity, failOn: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(failOn);
}

/** A saved report as it is; anything else is scanned. */
async function reportOf(path: string, call: Call): Promise<Report> {
  if (await isReportFile(path, call.terminal.cwd)) return readReport(path, call.terminal.cwd);
  const [snapshot] = await readSource(await pathSource(path, call.terminal.cwd), [], call);
  return judge(snapshot!, library, { toolVersion: version });
}
