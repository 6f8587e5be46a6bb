/** The findings as they stand in the HTML report: what its script filters, sorts and shows; every text sanitised. */
import type { Result } from "../model/finding.ts";
import type { ControlSummary, Report } from "../model/report.ts";
import { scriptJson } from "./markup.ts";
import { excerpt, sanitize } from "./text.ts";
import { resourceText, sourceText } from "./words.ts";

const longest = 600;

export function* pageData(report: Report): Iterable<string> {
  yield `{"controls":${scriptJson(Object.fromEntries(report.controls.map((control) => [control.id, controlData(control)])))},"results":[`;
  let joint = "";
  for (const result of report.results) {
    yield joint + scriptJson(resultData(result));
    joint = ",\n";
  }
  yield "]}";
}

function controlData({ title, why, remediation, requirements, equivalents }: ControlSummary): object {
  return {
    title: sanitize(title),
    why: sanitize(why),
    remediation: sanitize(remediation),
    requirements: requirements.map(sanitize),
    equivalents: equivalents.map(sanitize),
  };
}

function resultData(result: Result): object {
  const { resource, source, value, fix, exception, workload } = result;
  return {
    id: sanitize(result.id),
    control: result.control,
    result: result.result,
    severity: result.severity,
    kind: sanitize(resource.kind),
    namespace: sanitize(resource.namespace),
    name: sanitize(resource.name),
    path: sanitize(result.path),
    because: excerpt(result.because, longest),
    ...optional("container", result.container),
    ...optional("file", sourceText({ file: source.file })),
    ...(source.line === undefined ? {} : { line: source.line }),
    ...(value === undefined ? {} : { value: excerpt(JSON.stringify(value), longest) }),
    ...optional("workload", workload === undefined ? undefined : resourceText(workload)),
    ...optional("team", result.team),
    ...optional("environment", result.environment),
    ...optional("deployedBy", result.deployedBy),
    ...optional("system", result.system),
    ...optional("accepted", exception === undefined ? undefined : acceptedText(exception)),
    ...(fix === undefined
      ? {}
      : { fix: fix.operations.map((operation) => sanitize(JSON.stringify(operation))) }),
  };
}

function optional(key: string, text: string | undefined): { readonly [key: string]: string } {
  return text === undefined ? {} : { [key]: sanitize(text) };
}

function acceptedText({ owner, reason, until }: NonNullable<Result["exception"]>): string {
  return `by ${owner}${until === undefined ? "" : ` until ${until}`}: ${reason}`;
}
