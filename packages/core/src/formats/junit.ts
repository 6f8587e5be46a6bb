/** JUnit XML, for CI servers: a suite for each control, a case for each result; what is unknown is an error, never green. */
import type { Result } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { ControlSummary, Report } from "../model/report.ts";
import { escaped } from "./markup.ts";
import { defineFormat } from "./shape.ts";
import { excerpt, sanitize } from "./text.ts";
import { resourceText, sourceText } from "./words.ts";

const longest = 4000;

export const junit = defineFormat({
  id: "junit",
  title: "JUnit XML, for CI servers",
  mediaType: "application/xml",
  extension: "xml",
  brief: true,
  write: suites,
});

function* suites(report: Report): Iterable<string> {
  const { outcomes } = report.coverage;
  const controls = new Map(report.controls.map((control) => [control.id, control]));
  const total = {
    tests: report.results.length + report.gaps.length,
    failures: outcomes.fail - outcomes.excepted,
  };
  yield `<?xml version="1.0" encoding="UTF-8"?>\n`;
  yield `<testsuites${attributes({ name: "Plimsoll", ...total, errors: outcomes.unknown + report.gaps.length })}>\n`;
  for (const [id, results] of Map.groupBy(report.results, ({ control }) => control))
    yield* suite(id, results, controls.get(id));
  if (report.gaps.length > 0) yield gapSuite(report.gaps);
  yield "</testsuites>\n";
}

function* suite(
  id: string,
  results: readonly Result[],
  control: ControlSummary | undefined,
): Iterable<string> {
  const count = (outcome: Result["result"]): number =>
    results.filter(({ result, exception }) => result === outcome && exception === undefined).length;
  const skipped = results.filter(
    ({ result, exception }) => result === "skip" || exception !== undefined,
  ).length;
  const counts = { tests: results.length, failures: count("fail"), errors: count("unknown"), skipped };
  yield `<testsuite${attributes({ name: id, ...counts })}>\n`;
  for (const result of results) yield testCase(result, control);
  yield "</testsuite>\n";
}

function testCase(result: Result, control: ControlSummary | undefined): string {
  const where = `${resourceText(result.resource)}${result.path === "" ? "" : ` ${sanitize(result.path)}`}`;
  const open = `<testcase${attributes({ name: where, classname: result.control })}`;
  const body = outcomeOf(result, control);
  return body === "" ? `${open}/>\n` : `${open}>${body}</testcase>\n`;
}

function outcomeOf(result: Result, control: ControlSummary | undefined): string {
  const { exception, because, severity } = result;
  if (exception !== undefined)
    return element("skipped", `accepted by ${exception.owner}: ${exception.reason}`);
  if (result.result === "skip") return element("skipped", because);
  if (result.result === "pass") return "";
  const place = sourceText(result.source);
  const lines = [because, place, control?.why, control?.remediation].filter((line) => line !== undefined);
  const text = lines.map((line) => content(line)).join("\n");
  const tag = result.result === "fail" ? "failure" : "error";
  return `<${tag}${attributes({ type: result.result === "fail" ? severity : "unknown", message: because })}>${text}</${tag}>`;
}

/** What could not be read at all: an error each, so that an incomplete scan is not green. */
function gapSuite(gaps: readonly Gap[]): string {
  const cases = gaps.map(({ source, reason, message, remedy }) => {
    const attribute = attributes({ type: reason, message });
    const body = remedy === undefined ? "" : content(remedy);
    return `<testcase${attributes({ name: source, classname: "coverage" })}><error${attribute}>${body}</error></testcase>\n`;
  });
  const counts = { tests: gaps.length, failures: 0, errors: gaps.length, skipped: 0 };
  return `<testsuite${attributes({ name: "coverage", ...counts })}>\n${cases.join("")}</testsuite>\n`;
}

function element(tag: string, text: string): string {
  return `<${tag}>${content(text)}</${tag}>`;
}

function content(text: string): string {
  return escaped(excerpt(text, longest));
}

function attributes(values: { readonly [name: string]: string | number }): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${content(String(value))}"`)
    .join("");
}
