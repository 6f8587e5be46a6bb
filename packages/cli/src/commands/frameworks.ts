/** `plimsoll frameworks`: what is measured against, and how much of it a control can tell. */
import type { Framework } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { chosen } from "../choice.ts";
import { columns } from "../columns.ts";
import { defineCommand } from "../command.ts";

export const frameworks = defineCommand({
  id: "frameworks",
  summary: "list the frameworks, or what covers one",
  arguments: [
    {
      name: "[id]",
      description: "show every requirement of this one, with the controls that meet it",
      values: library.frameworks.map(({ id }) => id),
    },
  ],
  options: [],
  examples: [
    { line: "plimsoll frameworks", means: "all of them" },
    { line: "plimsoll frameworks pss-restricted", means: "each requirement, and what checks it" },
  ],
  run: async ({ arguments: [id], terminal }) => {
    const text =
      id === undefined
        ? columns(library.frameworks.map(listed), terminal.width)
        : page(chosen(library.frameworks, id, "framework", "plimsoll frameworks lists them"), terminal.width);
    await terminal.out(text);
    return 0;
  },
});

function listed(framework: Framework): readonly string[] {
  return [framework.id, coverage(framework), `${framework.title} (${framework.version})`];
}

function coverage({ requirements }: Framework): string {
  return `${requirements.filter((requirement) => requirement.controls.length > 0).length} of ${requirements.length}`;
}

function page(framework: Framework, width: number): string {
  const rows = framework.requirements.map(({ id, title, controls, manual }) => [
    id,
    controls.length === 0
      ? `${title}: by hand${manual === undefined ? "" : `, ${manual}`}`
      : `${title}: ${controls.join(", ")}`,
  ]);
  const head = [
    `${framework.title} (${framework.version})`,
    framework.source,
    framework.description,
    `${coverage(framework)} requirements are measured by controls; the others need a person.`,
  ];
  return `${columns(
    head.map((line) => [line]),
    width,
  )}\n${columns(rows, width)}`;
}
