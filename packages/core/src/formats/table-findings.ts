/** Every finding and unknown result for a terminal, grouped by the resource it stands in. */
import { severities, type Result } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { refKey } from "../model/resource.ts";
import { severityInk, type Pen } from "./pen.ts";
import type { FormatOptions } from "./shape.ts";
import { counted, sanitize } from "./text.ts";
import { padded } from "./width.ts";
import { linkOf, resourceText, sourceText } from "./words.ts";

export function* allFindings(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const groups = byResource(report.results);
  const shown = [...groups.values()].reduce((total, results) => total + results.length, 0);
  if (shown === 0) return;
  yield pen.title("FINDINGS", `${counted(shown, "result")} in ${counted(groups.size, "resource")}`);
  for (const results of groups.values()) yield* resource(results, pen, options);
}

/** By resource and file, in the report's order; the worst first within each. */
function byResource(results: readonly Result[]): ReadonlyMap<string, readonly Result[]> {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    if (result.result !== "fail" && result.result !== "unknown") continue;
    const key = `${result.resource.namespace} ${refKey(result.resource)} ${result.source.file}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [result]);
    else known.push(result);
  }
  const rank = ({ result, severity }: Result): number =>
    result === "fail" ? severities.indexOf(severity) : severities.length;
  for (const group of groups.values()) group.sort((a, b) => rank(a) - rank(b));
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function* resource(results: readonly Result[], pen: Pen, options: FormatOptions): Iterable<string> {
  const { resource, source, system } = results[0]!;
  const place = sourceText({ file: source.file });
  const file = place === undefined ? "" : ` · ${place}`;
  const note = system === undefined ? "" : ` · ${sanitize(system)}`;
  yield `\n${pen.paragraph("  ", `${resourceText(resource)}${file}${note}`, "bold")}`;
  for (const result of results) yield finding(result, pen, options);
}

function finding(result: Result, pen: Pen, options: FormatOptions): string {
  const { severity, source, exception } = result;
  const label = exception !== undefined ? "excepted" : result.result === "unknown" ? "unknown" : severity;
  const ink = exception !== undefined || result.result === "unknown" ? "dim" : severityInk[severity];
  const position = source.line === undefined ? "" : `${source.line}:${source.column ?? 1}`;
  const uri = linkOf(source.file, options.base);
  const place = position === "" ? "" : ` ${pen.paint(pen.link(position, uri), "dim")}`;
  const where = result.path === "" ? "" : ` (${sanitize(result.path)})`;
  return (
    pen.paragraph(`    ${pen.paint(padded(label, 9), ink)}`, `${sanitize(result.control)}${place}`) +
    pen.paragraph(" ".repeat(13), `${sanitize(result.because)}${where}`, "dim") +
    (exception === undefined
      ? ""
      : pen.paragraph(
          " ".repeat(13),
          `accepted by ${sanitize(exception.owner)}: ${sanitize(exception.reason)}`,
          "dim",
        ))
  );
}
