/** `plimsoll controls`: what is checked. */
import { isCelControl, severities, UserError } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { chosen } from "../choice.ts";
import { columns } from "../columns.ts";
import { defineCommand, type Call } from "../command.ts";
import { severityFrom } from "../gate.ts";
import { rehearse } from "../rehearsal.ts";
import { withOwnControls } from "../settings.ts";

export const controls = defineCommand({
  id: "controls",
  summary: "list the controls, or test your own",
  description:
    "`plimsoll controls test FILE` judges the examples of your own controls and ends with 1 where one is not as it says.",
  arguments: [
    { name: "[test]", description: "test the controls in the files that follow", values: ["test"] },
    { name: "[file...]", description: "files or folders of your own controls" },
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
    { line: "plimsoll controls test policies/", means: "every example of your own controls" },
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

/** A control without a failing example proves nothing: it is told, and counts as a failure. */
async function test(paths: readonly string[], { terminal }: Call): Promise<number> {
  if (paths.length === 0)
    throw new UserError("usage", "there is nothing to test", "plimsoll controls test FILE");
  const { controls: all } = await withOwnControls(library, paths, terminal.cwd);
  const own = all.slice(library.controls.length).filter(isCelControl);
  if (own.length === 0)
    throw new UserError(
      "no-input",
      "no control is there",
      "apiVersion plimsoll.dev/v1 and kind Control are needed",
    );
  const rows = own.flatMap((control) => [
    ...rehearse(control, library).map(({ example, wanted, found }) => ({
      good: found === wanted,
      cells: [control.id, example, found === wanted ? `ok: ${found}` : `should ${wanted}, but: ${found}`],
    })),
    ...(control.examples.fail.length > 0
      ? []
      : [
          {
            good: false,
            cells: [control.id, "fail", "no example fails: whether it ever finds anything is not shown"],
          },
        ]),
  ]);
  await terminal.out(
    columns(
      rows.map(({ cells }) => cells),
      terminal.width,
    ),
  );
  return rows.every(({ good }) => good) ? 0 : 1;
}
