/** Markdown for a pull-request comment: what to act on, counts, and what could not be seen; names can neither mark up nor mention. */
import type { Result } from "../model/finding.ts";
import { severities } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { code, prose, words } from "./marks.ts";
import { defineFormat, type FormatOptions } from "./shape.ts";
import { counted, excerpt } from "./text.ts";
import {
  blindGroups,
  findingsOf,
  firstSentences,
  howText,
  indexOf,
  practicesOf,
  practiceText,
  resourceText,
  scopeText,
  serverText,
  severityText,
  sourceText,
  verdictText,
} from "./words.ts";

/** GitHub refuses a comment beyond 65,536 characters. */
const longestComment = 60_000;
const rowsShown = 50;

export const markdown = defineFormat({
  id: "markdown",
  title: "Markdown, for a pull-request comment",
  mediaType: "text/markdown",
  extension: "md",
  write: comment,
});

function* comment(report: Report, options: FormatOptions): Iterable<string> {
  let length = 0;
  for (const part of parts(report, options)) {
    length += part.length;
    if (length > longestComment && !options.all) {
      yield "\n\n_The rest is left out: a comment has its limit. The whole report has it all._\n";
      return;
    }
    yield part;
  }
}

function* parts(report: Report, options: FormatOptions): Iterable<string> {
  yield head(report);
  yield* actions(report);
  yield* gaps(report);
  yield practiceTable(report);
  yield* findings(report, options);
  yield `\n<sub>Plimsoll ${words(report.tool.version)} · ${words(scopeText(report))}</sub>\n`;
}

function head(report: Report): string {
  const total = findingsOf(report);
  const { act } = report.priorities;
  const summary =
    total === 0
      ? "no findings"
      : `${counted(total, "finding")} (${severityText(report.coverage.bySeverity)})`;
  const unknown = report.coverage.outcomes.unknown;
  const facts = [
    act.length === 0 ? "nothing to act on first" : `**${counted(act.length, "edit")} to act on**`,
    summary,
    ...(unknown > 0 ? [`${counted(unknown, "result")} unknown`] : []),
    ...(report.coverage.complete ? [] : ["**incomplete**: something asked for could not be evaluated"]),
  ];
  return `## Plimsoll: ${words(serverText(report))}\n\n${facts.join(" · ")}\n`;
}

function* actions(report: Report): Iterable<string> {
  const index = indexOf(report);
  const shown = report.priorities.act.slice(0, 10);
  if (shown.length === 0) return;
  yield "\n### Act\n\n";
  for (const [position, action] of shown.entries()) {
    const edit = index.edit(action.edit);
    if (edit === undefined) continue;
    const controls = index.controlsOf(edit);
    const place = sourceText(edit.source);
    const how = howText(edit, controls, 6);
    yield `${position + 1}. **${prose(edit.title)}**  \n`;
    yield `   ${edit.severity} · ${code(resourceText(edit.resource))}${place === undefined ? "" : ` · ${code(place)}`}  \n`;
    yield `   ${words(action.because)}. ${prose(firstSentences(controls[0]?.why ?? "", 200))}\n`;
    if (how !== "") yield `   <details><summary>How</summary>${prose(how)}</details>\n`;
    const verdict = verdictText(edit);
    if (verdict !== undefined) yield `   <details><summary>Seen</summary>${prose(verdict)}</details>\n`;
  }
  const rest = report.priorities.act.length - shown.length;
  if (rest > 0) yield `\n… and ${counted(rest, "more edit")}.\n`;
}

function* gaps(report: Report): Iterable<string> {
  const groups = blindGroups(report.priorities.blind);
  if (groups.length === 0) return;
  yield "\n### Blind\n\n";
  for (const { what, because, remedy } of groups.slice(0, 10)) {
    const named = what.slice(0, 3).join(", ");
    const more = what.length > 3 ? ` and ${what.length - 3} more` : "";
    yield `- ${words(named)}${more}: ${words(because)}${remedy === undefined ? "" : `. → ${words(remedy)}`}\n`;
  }
}

function practiceTable(report: Report): string {
  const practices = practicesOf(report);
  if (practices.length === 0) return "";
  const rows = practices.map(
    (practice) => `| ${practice.status} | ${words(practice.title)} | ${words(practiceText(practice))} |`,
  );
  return `\n<details><summary>Ten practices</summary>\n\n| | practice | gap |\n|---|---|---|\n${rows.join("\n")}\n\n</details>\n`;
}

function* findings(report: Report, options: FormatOptions): Iterable<string> {
  const rank = ({ severity }: Result): number => severities.indexOf(severity);
  const open = report.results
    .filter(({ result, exception }) => result === "fail" && exception === undefined)
    .sort((a, b) => rank(a) - rank(b));
  if (open.length === 0) return;
  const shown = options.all ? open : open.slice(0, rowsShown);
  yield `\n<details><summary>${counted(open.length, "finding")}</summary>\n\n| severity | finding | resource | place |\n|---|---|---|---|\n`;
  for (const { severity, because, control, resource, source, path } of shown) {
    const place = sourceText(source) ?? path;
    yield `| ${severity} | ${words(excerpt(because, 300))} ${code(control)} | ${code(resourceText(resource))} | ${code(place)} |\n`;
  }
  if (shown.length < open.length)
    yield `\n${counted(open.length - shown.length, "more finding")} not shown.\n`;
  yield "\n</details>\n";
}
