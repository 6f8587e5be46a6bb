/** Writes docs/reference/cli.md and the man page from the declared commands; `--check` only says whether they are up to date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allCommands } from "../packages/cli/src/commands.ts";
import type { Command } from "../packages/cli/src/command.ts";

const root = join(import.meta.dirname, "../docs/reference");
const commands = await allCommands();
const exits: readonly (readonly [string, string])[] = [
  ["0", "ok"],
  ["1", "a finding reaches --fail-on"],
  ["2", "usage: what was asked for cannot be asked"],
  ["3", "something asked for could not be evaluated (unless --allow-incomplete)"],
  ["70", "a bug of ours"],
];
const pages = { "cli.md": markdown(), "plimsoll.1": man() };
const stale = Object.entries(pages).filter(
  ([name, text]) => !existsSync(join(root, name)) || readFileSync(join(root, name), "utf8") !== text,
);
if (!process.argv.includes("--check")) {
  for (const [name, text] of stale) writeFileSync(join(root, name), text);
} else if (stale.length > 0) {
  console.error(
    `docs/reference is out of date (${stale.map(([name]) => name).join(", ")}): run \`npm run docs\`.`,
  );
  process.exitCode = 1;
}

function markdown(): string {
  return `${[
    "# The command line",
    "Generated from the commands themselves by `npm run docs`; do not edit.",
    [
      "| command | |",
      "|---|---|",
      ...commands.map(({ id, summary }) => `| [${id}](#${id}) | ${cell(summary)} |`),
    ].join("\n"),
    ...commands.flatMap(section),
    "## Exit codes",
    ["| code | meaning |", "|---|---|", ...exits.map(([code, means]) => `| ${code} | ${cell(means)} |`)].join(
      "\n",
    ),
  ].join("\n\n")}\n`;
}

function section(command: Command): readonly string[] {
  const { id, summary, description, options, examples } = command;
  const rows = [
    ...command.arguments.map(({ name, description: about }) => [name, about] as const),
    ...options.map(({ flags, description: about }) => [flags, about] as const),
  ];
  return [
    `## ${id}`,
    `\`${usage(command)}\``,
    `${capital(summary)}.${description === undefined ? "" : ` ${description}`}`,
    ...(rows.length === 0
      ? []
      : [
          ["| | |", "|---|---|", ...rows.map(([name, about]) => `| \`${name}\` | ${cell(about)} |`)].join(
            "\n",
          ),
        ]),
    `\`\`\`\n${examples.map(({ line, means }) => `# ${means}\n${line}`).join("\n")}\n\`\`\``,
  ];
}

function usage(command: Command): string {
  return ["plimsoll", command.id, "[options]", ...command.arguments.map(({ name }) => name)].join(" ");
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}

/** man(7); no date: the page changes only with the commands. */
function man(): string {
  const lines = [
    ".TH PLIMSOLL 1",
    ".SH NAME",
    "plimsoll \\- Kubernetes security posture: what to change first, and what could not be seen",
    ".SH SYNOPSIS",
    ...commands.flatMap((command) => [".br", `.B ${roff(usage(command))}`]),
    ".SH COMMANDS",
    ...commands.flatMap(manSection),
    ".SH EXIT STATUS",
    ...exits.flatMap(([code, means]) => [".TP", `.B ${code}`, roff(means)]),
    ".SH FILES",
    ".TP",
    ".B .plimsoll.yaml",
    roff("Settings and accepted findings, looked for upward from the working folder."),
  ];
  return `${lines.join("\n")}\n`;
}

function manSection({
  id,
  summary,
  description,
  options,
  arguments: words,
  examples,
}: Command): readonly string[] {
  const entries = [
    ...words.map(({ name, description: about }) => [name, about] as const),
    ...options.map(({ flags, description: about }) => [flags, about] as const),
  ];
  return [
    `.SS ${roff(id)}`,
    roff(`${capital(summary)}.${description === undefined ? "" : ` ${description}`}`),
    ...entries.flatMap(([name, about]) => [".TP", `.B ${roff(name)}`, roff(about)]),
    ...examples.flatMap(({ line, means }) => [
      ".PP",
      `${roff(capital(means))}:`,
      ".PP",
      ".RS",
      ".nf",
      roff(line),
      ".fi",
      ".RE",
    ]),
  ];
}

/** Characters that would command roff, and others than ASCII, which old formatters cannot read. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll(
      /[^\u0020-\u007e]/gu,
      (sign) => `\\[u${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replace(/^\./, "\\&.");
}
