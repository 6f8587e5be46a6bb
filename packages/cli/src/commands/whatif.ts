/** `plimsoll whatif`: what a change would open and close, against a saved snapshot and without its cluster. */
import {
  changedSnapshot,
  counted,
  createInventory,
  diff,
  excerpt,
  permissionChanges,
  reachChanges,
  sanitize,
  scan as judge,
  UserError,
  subjectKey,
  type AttackPath,
  type PermissionChange,
  type PermissionChanges,
  type ReachChange,
  type ReachChanges,
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
  /** Connections between workloads, and what is reached from outside. */
  readonly reach: ReachChanges;
  /** Effective rights. */
  readonly permissions: PermissionChanges;
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
  const after = { ...changedSnapshot(before, resources), gaps: [...before.gaps, ...gaps] };
  const [earlier, later] = [before, after].map(reportOf);
  const inventories = [createInventory(before), createInventory(after)] as const;
  const change: Change = {
    findings: diff(earlier!, later!),
    opened: pathsBeyond(later!, earlier!),
    closed: pathsBeyond(earlier!, later!),
    reach: reachChanges(...inventories),
    permissions: permissionChanges(...inventories),
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
    // A connection is several steps of one title: out of a workload, across, and in.
    const titles = steps.map(({ title }) => title).filter((title, at, all) => title !== all[at - 1]);
    const how = titles.join("; ");
    return excerpt(`${entry} → ${target}${certain ? "" : " (may not lead there after all)"}: ${how}`, 400);
  });
  return paths.length > shown ? [...lines, `and ${paths.length - shown} more`] : lines;
}

function textOf({ findings, opened, closed, ...more }: Change, width: number): string {
  const section = (title: string, paths: readonly AttackPath[]): string =>
    [
      `${title}  ${paths.length === 0 ? "none" : counted(paths.length, "path")}`,
      ...pathLines(paths).map((line) => `  ${line}`),
    ].join("\n");
  const lists = worldLists(more).map(({ title, lines }) =>
    [`${title.toUpperCase()}  ${lines.length}`, ...firstOf(lines).map((line) => `  ${line}`)].join("\n"),
  );
  return [
    section("NEW ATTACK PATHS", opened),
    section("ATTACK PATHS THAT END", closed),
    ...lists,
    diffText(findings, width),
  ].join("\n\n");
}

interface List {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Lists that hold something. */
function worldLists({ reach, permissions }: Pick<Change, "reach" | "permissions">): readonly List[] {
  const lists: readonly List[] = [
    {
      title: "Exposure that changes",
      lines: reach.exposure.map(
        ({ workload, before, after }) => `${placeOf(workload)}: ${before} → ${after}`,
      ),
    },
    { title: "Connections that open", lines: reach.opened.map(reachLine) },
    { title: "Connections that close", lines: reach.closed.map(reachLine) },
    { title: "Rights that are gained", lines: permissions.gained.map(rightLine) },
    { title: "Rights that are lost", lines: permissions.lost.map(rightLine) },
    { title: "Not compared", lines: reach.missing },
  ];
  return lists.filter(({ lines }) => lines.length > 0);
}

function placeOf({ kind, namespace, name }: ReachChange["from"]): string {
  return sanitize(`${kind} ${namespace === "" ? name : `${namespace}/${name}`}`);
}

function reachLine({ from, to, before, after }: ReachChange): string {
  const doubt = before === "unknown" || after === "unknown" ? ` (${before} → ${after})` : "";
  return `${placeOf(from)} → ${placeOf(to)}${doubt}`;
}

function rightLine({ subject, verbs, target, namespace, name }: PermissionChange): string {
  const where = namespace === "" ? "everywhere" : `in ${namespace}`;
  const which = name === undefined ? "" : ` named ${name}`;
  return excerpt(`${subjectKey(subject)}: ${verbs.join(", ")} ${target}${which} ${where}`, 300);
}

function firstOf(lines: readonly string[]): readonly string[] {
  return lines.length > shown ? [...lines.slice(0, shown), `and ${lines.length - shown} more`] : lines;
}

function markdownOf({ findings, opened, closed, ...more }: Change): string {
  const item = (line: string): string => `- \`${sanitize(line).replaceAll("`", "'")}\``;
  const spans = pathLines(opened).map(item);
  const lists = worldLists(more).map(
    ({ title, lines }) => `\n\n${title}: ${lines.length}\n\n${firstOf(lines).map(item).join("\n")}`,
  );
  const kinds = [...Map.groupBy(opened, ({ target }) => target)].map(
    ([target, list]) => `${list.length} to ${target}`,
  );
  const head =
    opened.length === 0
      ? "No new attack path."
      : `This change opens **${counted(opened.length, "attack path")}**: \`${sanitize(kinds.join(", ")).replaceAll("`", "'")}\`.`;
  const ends = closed.length === 0 ? "" : `\n\nIt ends ${counted(closed.length, "attack path")}.`;
  return `${diffMarkdown(findings)}\n${head}${spans.length === 0 ? "" : `\n\n${spans.join("\n")}`}${ends}${lists.join("")}\n`;
}
