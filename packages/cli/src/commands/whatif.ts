/** `plimsoll whatif`: what a change would open and close, against a saved snapshot and without its cluster. */
import {
  changedSnapshot,
  counted,
  diff,
  excerpt,
  sanitize,
  scan as judge,
  UserError,
  type AttackPath,
  type Report,
  type ReportDiff,
  type Snapshot,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { snapshotOf, worldOptions } from "../asked.ts";
import { diffMarkdown, diffText } from "../changes.ts";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { observationOptions } from "../observations.ts";
import { version } from "../version.ts";

interface Change {
  readonly findings: ReportDiff;
  readonly opened: readonly AttackPath[];
  readonly closed: readonly AttackPath[];
}

const writers = [
  { id: "text", write: textOf },
  { id: "markdown", write: markdownOf },
  { id: "json", write: (change: Change): string => `${JSON.stringify(change, undefined, 2)}\n` },
] as const;
const formats = writers.map(({ id }) => id).join(", ");
/** More pairs than any report shows, so that none is missed for its place in the list. */
const mostPaths = 100_000;
const shown = 20;

export const whatif = defineCommand({
  id: "whatif",
  summary: "what a change would open and close, by a saved snapshot",
  description:
    "Applies manifests to a snapshot in memory and compares. Pods of a changed workload take its new template. Exits with 1 where an attack path opens.",
  arguments: [{ name: "[path...]", description: "the snapshot, where --snapshot does not name it" }],
  options: [
    {
      flags: "-f, --file <path>",
      description: "manifests to apply: a file, a folder, or - ; may be repeated",
      repeat: true,
    },
    { flags: "--format <id>", description: `${formats} (default: text)` },
    ...worldOptions,
    ...observationOptions,
  ],
  examples: [
    {
      line: "plimsoll whatif -f change.yaml --snapshot prod.plimsoll.zst",
      means: "in CI, without access to the cluster",
    },
    {
      line: "plimsoll whatif -f deploy/ --snapshot prod.plimsoll.zst --format markdown",
      means: "a comment for a pull request",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const writer = chosen(writers, call.text("format") ?? "text", "format", `formats are ${formats}`);
  const files = call.list("file");
  if (files.length === 0) throw new UserError("usage", "no change was given", "name its manifests with -f");
  const before = await snapshotOf(call.arguments, [], call);
  const { resources, gaps } = await snapshotOf(files, [], {
    ...call,
    text: () => undefined,
    list: () => [],
  });
  const [earlier, later] = [
    before,
    { ...changedSnapshot(before, resources), gaps: [...before.gaps, ...gaps] },
  ].map(reportOf);
  const change: Change = {
    findings: diff(earlier!, later!),
    opened: pathsBeyond(later!, earlier!),
    closed: pathsBeyond(earlier!, later!),
  };
  await call.terminal.out(writer.write(change, call.terminal.width));
  return change.opened.length > 0 ? 1 : 0;
}

function reportOf(snapshot: Snapshot): Report {
  return judge(snapshot, library, { paths: { most: mostPaths }, toolVersion: version });
}

/** Pairs that one report connects and the other does not. */
function pathsBeyond({ paths }: Report, other: Report): readonly AttackPath[] {
  const known = new Set(other.paths?.top.map(pairOf));
  return paths?.top.filter((path) => !known.has(pairOf(path))) ?? [];
}

/** An entry by what it is, whatever leads there: a further exposure of it is no new path. */
function pairOf({ entry, target }: AttackPath): string {
  return `${entry.split(", ")[0]} → ${target}`;
}

function pathLines(paths: readonly AttackPath[]): readonly string[] {
  const lines = paths.slice(0, shown).map(({ entry, target, certain, steps }) => {
    const how = steps.map(({ title }) => title).join("; ");
    return excerpt(`${entry} → ${target}${certain ? "" : " (may not lead there after all)"}: ${how}`, 400);
  });
  return paths.length > shown ? [...lines, `and ${paths.length - shown} more`] : lines;
}

function textOf({ findings, opened, closed }: Change, width: number): string {
  const section = (title: string, paths: readonly AttackPath[]): string =>
    [
      `${title}  ${paths.length === 0 ? "none" : counted(paths.length, "path")}`,
      ...pathLines(paths).map((line) => `  ${line}`),
    ].join("\n");
  return `${section("NEW ATTACK PATHS", opened)}\n\n${section("ATTACK PATHS THAT END", closed)}\n\n${diffText(findings, width)}`;
}

function markdownOf({ findings, opened, closed }: Change): string {
  const spans = pathLines(opened).map((line) => `- \`${sanitize(line).replaceAll("`", "'")}\``);
  const kinds = [...Map.groupBy(opened, ({ target }) => target)].map(
    ([target, list]) => `${list.length} to ${target}`,
  );
  const head =
    opened.length === 0
      ? "No new attack path."
      : `This change opens **${counted(opened.length, "attack path")}**: \`${sanitize(kinds.join(", ")).replaceAll("`", "'")}\`.`;
  const ends = closed.length === 0 ? "" : `\n\nIt ends ${counted(closed.length, "attack path")}.`;
  return `${diffMarkdown(findings)}\n${head}${spans.length === 0 ? "" : `\n\n${spans.join("\n")}`}${ends}\n`;
}
