/** `plimsoll start`: the first look: the bundled sample or the current cluster, on the terminal and as a page. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formats, kindsNeeded, scan as judge, UserError, type FormatOptions } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { gapLines } from "../gate.ts";
import { mustHoldSomething, readSource, sourceOptions, type Source } from "../input.ts";
import { checkTarget, writeTarget } from "../output.ts";
import { version } from "../version.ts";

/** In the sources, and in the bundle. */
const samples = ["../../../../samples/", "../samples/"].map((folder) =>
  fileURLToPath(new URL(`${folder}cluster.plimsoll.zst`, import.meta.url)),
);
const page = "plimsoll-report.html";

export const start = defineCommand({
  id: "start",
  summary: "a first look: the bundled sample, or with --live your cluster",
  description: `Says what to fix first and writes ${page}. The sample was recorded from a real cluster.`,
  arguments: [],
  options: [
    { flags: "--live", description: "the cluster of the current kubeconfig context" },
    ...sourceOptions,
  ],
  examples: [
    { line: "plimsoll start", means: "the bundled sample" },
    { line: "plimsoll start --live", means: "your current cluster" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const live = call.flag("live");
  const sample = samples.find((file) => existsSync(file));
  if (!live && sample === undefined)
    throw new UserError(
      "no-input",
      "the sample is not in this installation",
      "plimsoll start --live scans your cluster",
    );
  const source: Source = {
    paths: live || sample === undefined ? [] : [sample],
    kubeconfig: call.text("kubeconfig"),
    context: call.text("context"),
    allContexts: false,
    namespaces: call.list("namespace"),
    probe: false,
    observations: call.list("observations"),
    auditPolicy: call.text("auditPolicy"),
    images: call.list("images"),
    helm: {},
  };
  const target = await checkTarget(page, terminal.cwd);
  const [snapshot] = await readSource(source, kindsNeeded(library.controls), call);
  mustHoldSomething(snapshot!, source);
  const report = judge(snapshot!, library, { toolVersion: version });
  const { color, width, hyperlinks } = terminal;
  const options: FormatOptions = { color, width, hyperlinks, all: false };
  for (const piece of chosen(formats, "table", "format", "").write(report, options))
    await terminal.out(piece);
  await writeTarget(
    target,
    chosen(formats, "html", "format", "").write(report, { ...options, color: false }),
  );
  await terminal.out(`\nThe whole report, to open in a browser: ${target.path}\n`);
  for (const line of gapLines(report.gaps)) terminal.note(line);
  return 0;
}
