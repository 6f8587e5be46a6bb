/** What to act on, for a terminal: ten edits on the first screen, each with its place, why it matters and how it is done. */
import type { Action, ControlSummary, Edit, Report } from "../model/report.ts";
import { severityInk, type Pen } from "./pen.ts";
import type { FormatOptions } from "./shape.ts";
import { counted, sanitize } from "./text.ts";
import { padded } from "./width.ts";
import { firstSentences, howText, indexOf, linkOf, resourceText, sourceText, verdictText } from "./words.ts";

const firstScreen = 10;
const shownOperations = 4;
const indent = "    ";

export function* actions(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const index = indexOf(report);
  const { act, actShare } = report.priorities;
  if (act.length === 0) {
    yield pen.title("ACT", "nothing seen here gives anybody outside power over a node or the cluster");
    return;
  }
  const resolved = act.reduce((sum, { edit }) => sum + (index.edit(edit)?.resolves.length ?? 0), 0);
  const share = `${Math.round(actShare * 100)} % of all`;
  const many = actShare > 0.2 ? ": more than a fifth of all findings qualify here" : "";
  yield pen.title(
    "ACT",
    `${counted(act.length, "edit")} would close ${counted(resolved, "finding")}, ${share}${many}`,
  );
  const shown = options.all ? act : act.slice(0, firstScreen);
  for (const [position, action] of shown.entries()) {
    const edit = index.edit(action.edit);
    if (edit !== undefined)
      yield actionText(position + 1, action, edit, index.controlsOf(edit), pen, options);
  }
  const rest = act.length - shown.length;
  if (rest > 0)
    yield `\n${indent}${pen.paint(`… and ${counted(rest, "more edit")}: --all shows them`, "dim")}\n`;
}

function actionText(
  position: number,
  action: Action,
  edit: Edit,
  controls: readonly ControlSummary[],
  pen: Pen,
  options: FormatOptions,
): string {
  const why = `${sanitize(action.because)}. ${shortened(controls[0]?.why ?? "", options)}`;
  const long = howText(edit, controls, options.all ? Infinity : shownOperations);
  const how = edit.byHand ? shortened(long, options) : long;
  return [
    "\n",
    pen.paragraph(padded(` ${position}`, 4), sanitize(edit.title), "bold"),
    placeLine(edit, pen, options),
    labelled("why", why, pen),
    labelled("how", how, pen),
    ...(options.all ? [labelled("risk", sanitize(action.steps.join("; ")), pen)] : []),
    labelled("seen", shortened(verdictText(edit) ?? "", options), pen),
    pen.paragraph(`${indent}     `, closes(edit, controls), "dim"),
  ].join("");
}

function placeLine(edit: Edit, pen: Pen, options: FormatOptions): string {
  const { severity, team, environment, source } = edit;
  const place = sourceText(source);
  const uri = linkOf(source.file, options.base);
  const parts = [
    pen.paint(severity, severityInk[severity]),
    resourceText(edit.resource),
    ...(place === undefined ? [] : [pen.link(place, uri)]),
    ...[team, environment].flatMap((part) => (part === undefined ? [] : [pen.paint(sanitize(part), "dim")])),
  ];
  return pen.paragraph(indent, parts.join(" · "));
}

function labelled(label: string, text: string, pen: Pen): string {
  if (text === "") return "";
  const space = `${indent}${" ".repeat(5)}`;
  return pen.paragraph(space, text).replace(space, `${indent}${pen.paint(padded(label, 5), "dim")}`);
}

function shortened(text: string, options: FormatOptions): string {
  return options.all ? sanitize(text) : firstSentences(text, 120);
}

function closes(edit: Edit, controls: readonly ControlSummary[]): string {
  if (edit.resolves.length === 0) return "closes no finding: it is here for the paths that it cuts";
  const ids = controls.map(({ id }) => sanitize(id));
  const shown = ids.length > 4 ? `${ids.slice(0, 3).join(", ")} and ${ids.length - 3} more` : ids.join(", ");
  return `closes ${counted(edit.resolves.length, "finding")}: ${shown}`;
}
