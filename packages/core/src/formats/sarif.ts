/** SARIF 2.1.0 for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/. */
import type { Outcome, Result, Severity } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { ControlSummary, Report } from "../model/report.ts";
import { refKey } from "../model/resource.ts";
import { sha256Hex } from "./digest.ts";
import { defineFormat } from "./shape.ts";
import { excerpt, jsonText, sanitize } from "./text.ts";
import { artifactUri, resourceText } from "./words.ts";

export const sarif = defineFormat({
  id: "sarif",
  title: "SARIF 2.1.0, for code scanning",
  mediaType: "application/sarif+json",
  extension: "sarif",
  write: log,
});

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const longestMessage = 2000;

/** The run's own keys after its results, so that results are written as they come. */
function* log(report: Report): Iterable<string> {
  const rules = new Map(report.controls.map(({ id }, index) => [id, index]));
  yield `{"$schema": ${jsonText(schema)},\n"version": "2.1.0",\n"runs": [{\n"results": [`;
  let joint = "\n";
  for (const result of report.results) {
    yield joint + jsonText(resultOf(result, rules));
    joint = ",\n";
  }
  yield `\n],\n`;
  const run = Object.entries(runOf(report)).map(([key, value]) => `${jsonText(key)}: ${jsonText(value)}`);
  yield `${run.join(",\n")}\n}]}\n`;
}

function runOf(report: Report): { readonly [key: string]: unknown } {
  const { takenAt, server, coverage, frameworks } = report;
  return {
    tool: { driver: driverOf(report) },
    automationDetails: { id: `plimsoll/${server.kind}/${sanitize(server.name)}/` },
    invocations: [
      {
        executionSuccessful: coverage.complete,
        endTimeUtc: takenAt,
        toolExecutionNotifications: report.gaps.map(notificationOf),
      },
    ],
    originalUriBaseIds: { "%SRCROOT%": { description: { text: "The folder the scan was asked for in." } } },
    columnKind: "unicodeCodePoints",
    properties: { server, coverage, frameworks },
  };
}

function driverOf({ tool, controls }: Report): object {
  return {
    name: "Plimsoll",
    version: tool.version,
    semanticVersion: tool.version,
    rules: controls.map(ruleOf),
  };
}

const levels: { readonly [S in Severity]: "error" | "warning" | "note" } = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** The number that code scanning sorts by (0..10, as CVSS has it), the middle of each band. */
const securitySeverity: { readonly [S in Severity]: string } = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.5",
};

function ruleOf(control: ControlSummary): object {
  const { id, severity } = control;
  const [title, why, remediation] = [control.title, control.why, control.remediation].map(sanitize);
  return {
    id,
    name: id.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${remediation}`, markdown: `${why}\n\n**What to do.** ${remediation}` },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ["security", "kubernetes"],
      precision: "high",
      "problem.severity": levels[severity] === "note" ? "recommendation" : levels[severity],
      "security-severity": securitySeverity[severity],
      severity,
      equivalents: control.equivalents,
      requirements: control.requirements,
      ...(control.noFix === undefined ? {} : { noFix: control.noFix }),
    },
  };
}

/** `open`: evaluated, and there was not enough to decide; never a pass. */
const kinds: { readonly [O in Outcome]: "fail" | "open" | "pass" | "notApplicable" } = {
  fail: "fail",
  unknown: "open",
  pass: "pass",
  skip: "notApplicable",
};

function resultOf(result: Result, rules: ReadonlyMap<string, number>): object {
  const kind = kinds[result.result];
  const index = rules.get(result.control);
  return {
    ruleId: result.control,
    ...(index === undefined ? {} : { ruleIndex: index }),
    kind,
    level: kind === "fail" ? levels[result.severity] : "none",
    message: { text: excerpt(`${result.because} (${resourceText(result.resource)})`, longestMessage) },
    locations: [locationOf(result)],
    fingerprints: { "plimsoll/v1": result.id },
    partialFingerprints: { primaryLocationLineHash: `${sha256Hex(result.id).slice(0, 32)}:1` },
    ...suppressionsOf(result),
    properties: propertiesOf(result),
  };
}

function locationOf({ resource, container, path, source }: Result): object {
  const { line, column } = source;
  return {
    physicalLocation: {
      artifactLocation: artifactUri(source.file, resource),
      ...(line === undefined
        ? {}
        : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
    },
    logicalLocations: [
      {
        name: container ?? resource.name,
        kind: container === undefined ? "resource" : "container",
        fullyQualifiedName: path === "" ? refKey(resource) : `${refKey(resource)}:${path}`,
      },
    ],
  };
}

function suppressionsOf({ exception }: Result): object {
  if (exception === undefined) return {};
  const until = exception.until === undefined ? "" : `, until ${exception.until}`;
  const justification = sanitize(`${exception.reason} (${exception.owner}${until})`);
  return { suppressions: [{ kind: "external", status: "accepted", justification }] };
}

function propertiesOf(result: Result): object {
  const { id, resource, workload, container, path, value, fix, edit, team, environment, system, deployedBy } =
    result;
  return {
    id,
    resource,
    result: result.result,
    severity: result.severity,
    path,
    ...defined({ workload, container, value, fix, edit, team, environment, system, deployedBy }),
  };
}

/** Without the keys that have no value. */
function defined(object: { readonly [key: string]: unknown }): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function notificationOf({ reason, source, message, line, column, blocking, kinds, remedy }: Gap): object {
  const region =
    line === undefined
      ? {}
      : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
  return {
    descriptor: { id: reason },
    level: blocking === false ? "note" : "error",
    message: {
      text: excerpt(`${source}: ${message}${remedy === undefined ? "" : ` (${remedy})`}`, longestMessage),
    },
    ...(line === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: artifactUri(source), ...region } }] }),
    properties: { kinds },
  };
}
