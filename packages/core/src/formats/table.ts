/** The report for people at a terminal: ten practices, what to act on, what can wait, what could not be seen. */
import type { Blind, FrameworkScore, Report, RequirementResult } from "../model/report.ts";
import { matrixOf } from "./matrix.ts";
import { createPen, type Ink, type Pen } from "./pen.ts";
import { defineFormat, type FormatOptions } from "./shape.ts";
import { actions } from "./table-actions.ts";
import { happened } from "./table-detections.ts";
import { allFindings } from "./table-findings.ts";
import { topPaths } from "./table-paths.ts";
import { counted, excerpt, sanitize, grouped } from "./text.ts";
import { padded } from "./width.ts";
import {
  blindGroups,
  findingsOf,
  practicesOf,
  practiceText,
  resourceText,
  scopeText,
  serverText,
  severityText,
} from "./words.ts";

const blindShown = 6;

export const table = defineFormat({
  id: "table",
  title: "For people at a terminal: what to do first",
  mediaType: "text/plain",
  extension: "txt",
  write: sections,
});

function* sections(report: Report, options: FormatOptions): Iterable<string> {
  const pen = createPen(options);
  yield head(report, pen);
  yield* practices(practicesOf(report), pen);
  yield* happened(report, pen, options);
  yield* actions(report, pen, options);
  yield* topPaths(report, pen, options);
  if (options.all) yield* allFindings(report, pen, options);
  yield* later(report, pen);
  yield* blind(report.priorities.blind, pen, options);
  yield* system(report, pen, options);
  yield* exceptions(report.exceptions, pen);
  yield* frameworks(report.frameworks, pen);
  yield* matrix(report, pen, options);
  yield* summary(report, pen, options);
}

function head(report: Report, pen: Pen): string {
  const when = sanitize(report.takenAt.slice(0, 16).replace("T", " "));
  return (
    pen.paragraph("", `Plimsoll · ${serverText(report)} · ${when}`, "bold") +
    pen.paragraph("", scopeText(report), "dim")
  );
}

const marks: { readonly [S in RequirementResult["status"]]: readonly [string, Ink] } = {
  failed: ["✗", "red"],
  unknown: ["?", "yellow"],
  manual: ["○", "blue"],
  accepted: ["≈", "green"],
  met: ["✓", "green"],
  skip: ["·", "dim"],
};

/** One line each, whatever its title: they are the first thing seen. */
function* practices(list: readonly RequirementResult[], pen: Pen): Iterable<string> {
  if (list.length === 0) return;
  yield pen.title("TEN PRACTICES", "biggest gap first · ✗ failed  ? blind  ○ by hand  ✓ met");
  const columns = Math.min(Math.max(...list.map(({ title }) => sanitize(title).length)), pen.width - 34);
  for (const practice of list) {
    const [mark, ink] = marks[practice.status];
    const title = padded(fitted(sanitize(practice.title), columns), columns);
    const text = fitted(practiceText(practice), pen.width - columns - 6);
    yield `  ${pen.paint(mark, ink)} ${title}  ${pen.paint(text, practice.status === "failed" ? "bold" : "dim")}\n`;
  }
}

/** Cut at a word's end where one line is all there is. */
function fitted(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const cut = text.slice(0, columns - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > columns / 2 ? cut.slice(0, space) : cut).toWellFormed()}…`;
}

function* later(report: Report, pen: Pen): Iterable<string> {
  const groups = report.priorities.later;
  if (groups.length === 0) return;
  const [findings, edits] = [sum(groups, "findings"), sum(groups, "edits")];
  yield pen.title(
    "LATER",
    `${counted(findings, "finding")} in ${counted(edits, "edit")}, by the reason they can wait`,
  );
  for (const group of groups) yield row(group.findings, sanitize(group.reason), pen);
}

function sum<Key extends string>(list: readonly { readonly [K in Key]: number }[], key: Key): number {
  return list.reduce((total, entry) => total + entry[key], 0);
}

function row(count: number, text: string, pen: Pen): string {
  return pen.paragraph(`${grouped(count).padStart(6)}  `, text);
}

function* blind(list: readonly Blind[], pen: Pen, options: FormatOptions): Iterable<string> {
  if (list.length === 0) return;
  yield pen.title("BLIND", `${counted(list.length, "thing")} this scan could not see: unknown, not passed`);
  const groups = blindGroups(list);
  const shown = options.all ? groups : groups.slice(0, blindShown);
  for (const { what, because, remedy, results } of shown) {
    const named = options.all ? what : what.slice(0, 3);
    const more = what.length > named.length ? ` and ${what.length - named.length} more` : "";
    const unknown = results === 0 ? "" : ` (${counted(results, "result")} unknown)`;
    yield pen.paragraph("  ? ", `${named.join(", ")}${more}${unknown}`);
    yield pen.paragraph("    ", because, "dim");
    if (remedy !== undefined) yield pen.paragraph("    → ", remedy, "cyan");
  }
  const rest = groups.length - shown.length;
  if (rest > 0) yield `    ${pen.paint(`… and ${counted(rest, "more reason")}: --all shows them`, "dim")}\n`;
}

/** Platform components by the reason they are thought privileged by function; with `all` each of them. */
function* system(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const list = report.priorities.system;
  if (list.length === 0) return;
  const note = `${counted(sum(list, "findings"), "finding")} of ${counted(list.length, "component")}, privileged by function, still counted`;
  yield pen.title("SYSTEM", note);
  const reasons = new Map<string, { readonly names: string[]; readonly findings: number }>();
  for (const { workload, because, findings } of list) {
    const known = reasons.get(because);
    const names = [...(known?.names ?? []), resourceText(workload)];
    reasons.set(because, { names, findings: (known?.findings ?? 0) + findings });
  }
  for (const [because, { names, findings }] of reasons) {
    const shown = options.all ? names : names.slice(0, 3);
    const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
    yield row(findings, `${sanitize(because)}: ${shown.join(", ")}${more}`, pen);
  }
}

/** Exceptions that somebody must look at: ended, doing nothing, doing too much. */
function* exceptions(list: Report["exceptions"], pen: Pen): Iterable<string> {
  const wrong = list.filter(({ state }) => state !== "used");
  if (wrong.length === 0) return;
  yield pen.title("EXCEPTIONS", `${counted(wrong.length, "exception")} of ${list.length} to look at`);
  for (const { id, state, owner, because } of wrong)
    yield pen.paragraph("  ! ", `${sanitize(id)} (${sanitize(owner)}) is ${state}: ${sanitize(because)}`);
}

function* frameworks(scores: readonly FrameworkScore[], pen: Pen): Iterable<string> {
  if (scores.length === 0) return;
  yield pen.title("FRAMEWORKS", "share of automated requirements met; what is unknown counts as not met");
  const columns = Math.max(...scores.map(({ id }) => sanitize(id).length));
  for (const { id, score, met, failed, unknown, accepted, manual } of scores) {
    const share = score === null ? "   –" : `${Math.floor(score * 100)} %`.padStart(5);
    const filled = Math.floor((score ?? 0) * 10);
    const bar = pen.paint("█".repeat(filled), "green") + pen.paint("░".repeat(10 - filled), "dim");
    const counts = [
      `${met} met`,
      `${failed} failed`,
      ...(unknown > 0 ? [`${unknown} unknown`] : []),
      ...(accepted > 0 ? [`${accepted} accepted`] : []),
      ...(manual > 0 ? [`${manual} by hand`] : []),
    ];
    const head = `  ${padded(sanitize(id), columns)}  ${pen.width < 70 ? "" : bar} ${share}  `;
    yield pen.paragraph(head, counts.join(" · "), "dim");
  }
}

/** Which framework fails where, and whose it is; the namespaces with most failures unless everything is asked for. */
function* matrix(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const { frameworks, rows } = matrixOf(report);
  // Below that width columns of numbers cannot stand side by side.
  if (rows.length < 2 || frameworks.length === 0 || pen.width < 70) return;
  const shown = options.all ? rows : rows.slice(0, 8);
  const name = (namespace: string): string => (namespace === "" ? "cluster-wide" : sanitize(namespace));
  const first = Math.min(28, Math.max(...shown.map(({ namespace }) => name(namespace).length)));
  const room = Math.max(1, Math.floor((pen.width - first - 14) / 10));
  const columns = frameworks.slice(0, options.all ? frameworks.length : room);
  yield pen.title("NAMESPACES", "requirements that fail there, by framework");
  const heads = columns.map((id) => excerpt(id, 9).padStart(10)).join("");
  yield `  ${pen.paint(`${"".padEnd(first)}${heads}  team`, "dim")}\n`;
  for (const { namespace, failed, teams } of shown) {
    const cells = columns
      .map((_, index) => String(failed[index] === 0 ? "·" : failed[index]).padStart(10))
      .join("");
    const whose = teams.map(sanitize).join(", ");
    yield (
      `  ${padded(excerpt(name(namespace), first), first)}${cells}  ${excerpt(whose, 24)}`.trimEnd() + "\n"
    );
  }
  const rest = rows.length - shown.length;
  if (rest > 0) yield `  ${pen.paint(`… and ${counted(rest, "more namespace")}: --all shows them`, "dim")}\n`;
}

function* summary(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const total = findingsOf(report);
  const { outcomes, complete } = report.coverage;
  const parts = [
    total === 0 ? "No findings" : `${counted(total, "finding")}: ${severityText(report.coverage.bySeverity)}`,
    ...(outcomes.unknown > 0 ? [`${grouped(outcomes.unknown)} unknown`] : []),
    ...(outcomes.excepted > 0 ? [`${grouped(outcomes.excepted)} excepted`] : []),
    ...(complete ? [] : ["incomplete: something asked for could not be evaluated"]),
  ];
  yield `\n${pen.paragraph("", parts.join(" · "), "bold")}`;
  if (total === 0 || options.all) return;
  yield pen.paragraph(
    "",
    "Next: plimsoll explain CONTROL · --all for every finding · --format html --output report.html",
    "dim",
  );
}
