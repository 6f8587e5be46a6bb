/** What changed between two reports, in words: for a terminal, and for a pull request. */
import {
  counted,
  excerpt,
  sanitize,
  severities,
  type ReportDiff,
  type ResourceRef,
  type Result,
} from "@plimsoll/core";

const shown = 50;

export function diffText(changed: ReportDiff, width: number): string {
  const parts = [
    `${sanitize(changed.before.server)} ${changed.before.takenAt} → ${sanitize(changed.after.server)} ${changed.after.takenAt}`,
    section("NEW", changed.opened, width),
    section("GONE", changed.closed, width),
    section("NO LONGER TOLD", changed.lost, width),
    `${counted(changed.unchanged, "finding")} unchanged`,
    ...changed.scores
      .filter(({ before, after }) => before !== after)
      .map(({ id, before, after }) => `${id}: ${percent(before)} → ${percent(after)}`),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function section(title: string, results: readonly Result[], width: number): string {
  if (results.length === 0) return `${title}  none`;
  const lines = results.slice(0, shown).map((result) => `  ${lineOf(result, width)}`);
  const more =
    results.length > shown ? [`  and ${results.length - shown} more: --format json has them all`] : [];
  return [`${title}  ${counted(results.length, "finding")}`, ...lines, ...more].join("\n");
}

function lineOf(result: Result, width: number): string {
  const line = `${result.severity.padEnd(8)} ${result.control}  ${nameOf(result.resource)} ${result.path}`;
  return excerpt(line, Math.max(40, width - 2));
}

function nameOf({ kind, namespace, name }: ResourceRef): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

function percent(score: number | null): string {
  return score === null ? "not measured" : `${Math.floor(score * 100)} %`;
}

/** Names stand in code spans, in which nothing is marked up and nobody is mentioned. */
export function diffMarkdown(changed: ReportDiff): string {
  const counts = severities.flatMap((severity) => {
    const count = changed.opened.filter((result) => result.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  const head =
    changed.opened.length === 0
      ? "This change opens nothing new."
      : `This change opens **${counted(changed.opened.length, "finding")}** (${counts.join(", ")}).`;
  const scores = changed.scores
    .filter(({ before, after }) => before !== after)
    .map(({ id, before, after }) => `- ${id}: ${percent(before)} → ${percent(after)}`);
  const parts = [
    "### Plimsoll",
    head,
    table("New", changed.opened),
    changed.closed.length === 0 ? "" : `It closes ${counted(changed.closed.length, "finding")}.`,
    table("Can no longer be told", changed.lost),
    scores.join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function table(title: string, results: readonly Result[]): string {
  if (results.length === 0) return "";
  const rows = results.slice(0, shown).map((result) => {
    const place =
      result.source.line === undefined ? result.source.file : `${result.source.file}:${result.source.line}`;
    return `| ${result.severity} | ${span(result.control)} | ${span(nameOf(result.resource))} | ${span(result.path)} | ${span(place)} |`;
  });
  const more = results.length > shown ? `\n\n…and ${results.length - shown} more.` : "";
  return `**${title}**\n\n| severity | control | resource | path | file |\n|---|---|---|---|---|\n${rows.join("\n")}${more}`;
}

function span(text: string): string {
  const plain = excerpt(text, 120).replaceAll("`", "'").replaceAll("|", "\\|");
  return plain === "" ? "" : `\`${plain}\``;
}
