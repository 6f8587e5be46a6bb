/** `plimsoll controls`: what is checked. */
import { severities } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { chosen } from "../choice.ts";
import { columns } from "../columns.ts";
import { defineCommand } from "../command.ts";
import { severityFrom } from "../gate.ts";

export const controls = defineCommand({
  id: "controls",
  summary: "list the controls",
  arguments: [],
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
  ],
  run: async (call) => {
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
  },
});
