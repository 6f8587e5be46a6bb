/** `plimsoll controls`: what is checked. */
import { isCelControl, severities, UserError } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { chosen } from "../choice.ts";
import { columns } from "../columns.ts";
import { defineCommand, type Call } from "../command.ts";
import { severityFrom } from "../gate.ts";
import { rehearse, rehearseDetection, type Rehearsal } from "../rehearsal.ts";
import { withOwnControls } from "../settings.ts";

export const controls = defineCommand({
  id: "controls",
  summary: "list the controls, or test your own",
  description:
    "`plimsoll controls test FILE` judges the examples of your own controls and detections and ends with 1 where one is not as it says.",
  arguments: [
    {
      name: "[test]",
      description: "test the controls and detections in the files that follow",
      values: ["test"],
    },
    { name: "[file...]", description: "files or folders of your own controls and detections" },
  ],
  options: [
    {
      flags: "--framework <id>",
      description: "only those that help to meet this framework",
      values: library.frameworks.map(({ id }) => id),
    },
    {
      flags: "--severity <severity>",
      description: "only those as severe: critical, high, medium, low",
      values: severities,
    },
  ],
  examples: [
    { line: "plimsoll controls", means: "all of them, the most severe first" },
    { line: "plimsoll controls --framework pss-baseline", means: "those that one framework asks for" },
    { line: "plimsoll controls test policies/", means: "every example of your own controls and detections" },
  ],
  run: async (call) => {
    const [what, ...paths] = call.arguments;
    if (what === undefined) return list(call);
    chosen([{ id: "test" }], what, "action", "plimsoll controls test FILE");
    return test(paths, call);
  },
});

async function list(call: Call): Promise<number> {
  const least = severityFrom(call.text("severity"));
  const named = call.text("framework");
  const framework =
    named === undefined
      ? undefined
      : chosen(library.frameworks, named, "framework", "plimsoll frameworks lists them");
  const asked = new Set(framework?.requirements.flatMap((requirement) => requirement.controls));
  const listed = library.controls
    .filter(({ id }) => framework === undefined || asked.has(id))
    .filter(
      ({ severity }) => least === undefined || severities.indexOf(severity) <= severities.indexOf(least),
    )
    .sort(
      (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
    );
  const rows = listed.map(({ id, severity, target, title }) => [id, severity, target, title]);
  await call.terminal.out(columns(rows, call.terminal.width));
  return 0;
}

/** Without an example that fails, or is told, nothing is proved: that is told, and counts as a failure. */
async function test(paths: readonly string[], { terminal }: Call): Promise<number> {
  if (paths.length === 0)
    throw new UserError("usage", "there is nothing to test", "plimsoll controls test FILE");
  const all = await withOwnControls(library, paths, terminal.cwd);
  const own = all.controls.slice(library.controls.length).filter(isCelControl);
  const detections = (all.detections ?? [])
    .slice(library.detections?.length ?? 0)
    .flatMap((rule) => ("over" in rule ? [] : [rule]));
  if (own.length + detections.length === 0)
    throw new UserError(
      "no-input",
      "no control and no detection is there",
      "apiVersion plimsoll.dev/v1 and kind Control or Detection are needed",
    );
  const rows = [
    ...own.flatMap((control) => [
      ...rehearse(control, library).map(rowOf),
      ...(control.examples.fail.length > 0 ? [] : [unproven(control.id, "fail", "no example fails")]),
    ]),
    ...detections.flatMap((rule) => [
      ...rehearseDetection(rule).map(rowOf),
      ...(rule.examples.present.length > 0 ? [] : [unproven(rule.id, "present", "no example is told")]),
    ]),
  ];
  await terminal.out(
    columns(
      rows.map(({ cells }) => cells),
      terminal.width,
    ),
  );
  return rows.every(({ good }) => good) ? 0 : 1;
}

interface Row {
  readonly good: boolean;
  readonly cells: readonly string[];
}

function rowOf({ id, example, wanted, found, good }: Rehearsal): Row {
  return { good, cells: [id, example, good ? `ok: ${found}` : `should ${wanted}, but: ${found}`] };
}

function unproven(id: string, list: string, why: string): Row {
  return { good: false, cells: [id, list, `${why}: whether it ever finds anything is not shown`] };
}
