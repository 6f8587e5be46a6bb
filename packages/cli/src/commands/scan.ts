/** `plimsoll scan`: reads, judges, and says what to do first. */
import { pathToFileURL } from "node:url";
import {
  formats,
  scan as judge,
  severities,
  since,
  type Format,
  type Report,
  type ScanOptions,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { allChosen, chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { exitCodeOf, gapLines, severityFrom } from "../gate.ts";
import { mustHoldSomething, readSource, sourceOf, sourceOptions } from "../input.ts";
import { settledFor } from "../judging.ts";
import { mergedReport } from "../merged.ts";
import { checkTarget, gathered, writeTarget, type Target } from "../output.ts";
import { baselineFrom } from "../saved.ts";
import { settingOptions } from "../settings.ts";

export const scan = defineCommand({
  id: "scan",
  summary: "scan manifests, a saved snapshot or a cluster",
  description:
    "Without a path it reads the cluster of the current kubeconfig context. It changes nothing anywhere.",
  arguments: [
    {
      name: "[path...]",
      description: "files, folders, globs, charts, saved snapshots; - for standard input",
    },
  ],
  options: [
    ...sourceOptions,
    {
      flags: "-f, --format <id>",
      description: `${formats.map(({ id }) => id).join(", ")} (default: by the name of --output, else table)`,
      values: formats.map(({ id }) => id),
    },
    {
      flags: "-o, --output <file>",
      description: "write the report there; the file changes only once it is whole",
    },
    {
      flags: "--framework <id>",
      description: "measure only these frameworks; may be repeated",
      repeat: true,
      values: library.frameworks.map(({ id }) => id),
    },
    {
      flags: "--control <id>",
      description: "judge only these controls; may be repeated",
      repeat: true,
      values: library.controls.map(({ id }) => id),
    },
    ...settingOptions,
    {
      flags: "--baseline <file>",
      description: "an earlier JSON report: show and gate only what is new since then",
    },
    {
      flags: "--fail-on <severity>",
      description: "exit with 1 when a finding is as severe: critical, high, medium, low",
      values: severities,
    },
    { flags: "--allow-incomplete", description: "do not exit with 3 when something could not be evaluated" },
    { flags: "--allow-empty", description: "a report of nothing where no resource is found, not a mistake" },
    { flags: "--all", description: "show every finding; in data formats also what passed and was skipped" },
    { flags: "--quiet", description: "no notes and no progress" },
  ],
  examples: [
    { line: "plimsoll scan", means: "the cluster of the current context" },
    { line: "plimsoll scan deploy/ charts/shop --fail-on high", means: "manifests and a chart, as a gate" },
    { line: "kustomize build prod | plimsoll scan -", means: "what another tool makes" },
    { line: "plimsoll scan deploy/ --format sarif --output plimsoll.sarif", means: "for code scanning" },
    { line: "plimsoll scan --namespace shop --output report.html", means: "one namespace, as a page" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const output = call.text("output") === "-" ? undefined : call.text("output");
  const format = formatOf(call.text("format"), output);
  const settled = await settledFor(call);
  const known = settled.library;
  const gate = {
    failOn: severityFrom(call.text("failOn")) ?? settled.config.failOn,
    allowIncomplete: call.flag("allowIncomplete"),
  };
  const controls = allChosen(known.controls, call.list("control"), "control", "plimsoll controls lists them");
  const target = output === undefined ? undefined : await checkTarget(output, terminal.cwd);
  const baseline = await baselineFrom(call.text("baseline"), terminal.cwd);
  const source = await sourceOf(call);
  const snapshots = await readSource(source, settled.kinds(controls), call);
  if (!call.flag("allowEmpty")) for (const snapshot of snapshots) mustHoldSomething(snapshot, source);
  const options: Omit<ScanOptions, "toolVersion"> = {
    everyResult: call.flag("all") && format.id !== "table",
    brief: format.brief === true,
    ...settled.measured,
    ...(controls.length === 0 ? {} : { controls: controls.map(({ id }) => id) }),
    ...(baseline === undefined ? {} : { baseline }),
  };
  const reports: Report[] = [];
  for (const snapshot of snapshots)
    reports.push(judge(snapshot, known, { ...options, ...(await settled.options(snapshot)) }));
  const whole = mergedReport(reports);
  const report = baseline === undefined ? whole : since(whole, baseline);
  await writeReport(report, format, target, call);
  for (const line of gapLines(report.gaps)) terminal.note(line);
  if (output !== undefined && !call.flag("quiet")) terminal.note(`plimsoll: wrote ${format.id} to ${output}`);
  return exitCodeOf(report, gate);
}

/** The one that was named, else the one that the file's name means. */
function formatOf(id: string | undefined, output: string | undefined): Format {
  if (id !== undefined)
    return chosen(formats, id, "format", `formats are ${formats.map((format) => format.id).join(", ")}`);
  const extension = output?.split(".").at(-1);
  return formats.find((format) => format.extension === extension) ?? formats[0]!;
}

async function writeReport(
  report: Report,
  format: Format,
  target: Target | undefined,
  call: Call,
): Promise<void> {
  const { terminal } = call;
  const pieces = format.write(report, {
    color: terminal.color && target === undefined,
    width: terminal.width,
    hyperlinks: terminal.hyperlinks && target === undefined,
    all: call.flag("all"),
    base: `${pathToFileURL(terminal.cwd).href}/`,
  });
  if (target !== undefined) return writeTarget(target, pieces);
  for await (const piece of gathered(pieces)) await terminal.out(String(piece));
}
