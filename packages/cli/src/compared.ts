/** Two states of a cluster compared: findings, attack paths, connections and exposure, rights; in words for people and pull requests. */
import {
  counted,
  createInventory,
  diff,
  excerpt,
  permissionChanges,
  reachChanges,
  sanitize,
  scan as judge,
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
import { diffMarkdown, diffText } from "./changes.ts";
import type { Settled } from "./judging.ts";

export interface Change {
  readonly findings: ReportDiff;
  readonly opened: readonly AttackPath[];
  readonly closed: readonly AttackPath[];
  /** Connections between workloads, and what is reached from outside. */
  readonly reach: ReachChanges;
  /** Effective rights. */
  readonly permissions: PermissionChanges;
  /** What of the paths could not be compared, in words. */
  readonly missing: readonly string[];
}

/** More pairs than any report shows, so that none is missed for its place in the list. */
const mostPaths = 100_000;
const shown = 20;

/** Compares all that there is to compare, judged as the settings have it; those of the state before may be others. */
export async function compared(
  before: Snapshot,
  after: Snapshot,
  settled: Settled,
  earlier = settled,
): Promise<Change> {
  const inventories = [createInventory(before), createInventory(after)] as const;
  return {
    ...comparedReports(await reportOf(before, earlier), await reportOf(after, settled)),
    reach: reachChanges(...inventories),
    permissions: permissionChanges(...inventories),
  };
}

/** Of reports only what stands in them: connections and rights do not, and of the paths the first. */
export function comparedReports(before: Report, after: Report): Change {
  const cut = [before, after].flatMap(({ paths, server }) =>
    paths !== undefined && paths.top.length < paths.pairs
      ? [
          `attack paths: the report of ${server.name} holds ${paths.top.length} of its ${counted(paths.pairs, "pair")}; compare snapshots or folders`,
        ]
      : [],
  );
  const isWhole = cut.length === 0;
  return {
    findings: diff(before, after),
    opened: isWhole ? pathsBeyond(after, before) : [],
    closed: isWhole ? pathsBeyond(before, after) : [],
    reach: { opened: [], closed: [], exposure: [], missing: [] },
    permissions: { gained: [], lost: [] },
    missing: [...new Set(cut)],
  };
}

/** The report of a side that is none yet. */
export async function reportOf(side: Report | Snapshot, settled: Settled): Promise<Report> {
  if (!("resources" in side)) return side;
  const options = { ...(await settled.options(side)), ...settled.measured, paths: { most: mostPaths } };
  return judge(side, settled.library, options);
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

/** For people at a terminal. */
export function changeText({ findings, opened, closed, ...more }: Change, width: number): string {
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
function worldLists({
  reach,
  permissions,
  missing,
}: Pick<Change, "reach" | "permissions" | "missing">): readonly List[] {
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
    { title: "Not compared", lines: [...missing, ...reach.missing].map(sanitize) },
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

/** A comment for a pull request. Names stand in code spans. */
export function changeMarkdown({ findings, opened, closed, ...more }: Change): string {
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
