/** The gravest attack paths, for a terminal: each as a chain on a few lines, with what cuts it. */
import type { AttackPath, Report } from "../model/report.ts";
import type { Pen } from "./pen.ts";
import type { FormatOptions } from "./shape.ts";
import { counted, sanitize } from "./text.ts";
import { indexOf, missingText } from "./words.ts";

const shown = 3;

export function* topPaths(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const { paths } = report;
  if (paths === undefined || (paths.pairs === 0 && paths.missing.length === 0)) return;
  const uncut = paths.uncutCount === 0 ? "" : `, ${paths.uncutCount} by nothing here`;
  const partial = paths.partial ? "; the search ended early" : "";
  const narrowed = paths.narrowed === 0 ? "" : ` (${paths.narrowed} by narrowing what somebody may need)`;
  const note = `${counted(paths.pairs, "pair")} of a way in and a target: ${paths.cut} cut by what to act on${narrowed}${uncut}${partial}`;
  yield pen.title("TOP PATHS", note);
  const index = indexOf(report);
  for (const path of options.all ? paths.top : gravest(paths.top)) {
    const doubt = path.certain ? "" : " (may not lead there after all)";
    yield pen.paragraph("  ▸ ", sanitize(`${path.entry} → ${path.target}${doubt}`), "bold");
    yield pen.paragraph(
      "    ",
      sanitize(path.steps.map(({ title, to }) => `${title} → ${to}`).join("; ")),
      "dim",
    );
    const edit = index.edit(path.cutBy.at(-1) ?? "");
    if (edit !== undefined) yield pen.paragraph("    ✂ ", sanitize(edit.title), "cyan");
  }
  if (paths.missing.length > 0)
    yield pen.paragraph("    ", `not known, so that there may be more: ${missingText(paths)}`, "dim");
  yield pen.paragraph("    ", "plimsoll paths shows them all, with what opens each step", "dim");
}

/** One for each target before a second one for any. */
function gravest(paths: readonly AttackPath[]): readonly AttackPath[] {
  const first = [...Map.groupBy(paths, ({ target }) => target).values()].map(([path]) => path!);
  return [...first, ...paths.filter((path) => !first.includes(path))].slice(0, shown);
}
