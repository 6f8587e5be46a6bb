import { expect, test } from "vitest";
import type { Report } from "../model/report.ts";
import { report } from "./fixtures/report.ts";
import { draft4 } from "./fixtures/schema.ts";
import { sarif } from "./sarif.ts";

const options = { color: false, width: 100, hyperlinks: false, all: false };
const validate = draft4("sarif-schema-2.1.0.json");

function written(source: Report) {
  return JSON.parse([...sarif.write(source, options)].join(""));
}

test.each([
  ["hostile names", report],
  ["nothing found", { ...report, results: [], gaps: [], controls: [] }],
])("case 99: valid against the published schema: %s", (_, source) => {
  validate(written(source));
  expect(validate.errors ?? []).toEqual([]);
});

test("rules carry equivalents and requirements, results their place", () => {
  const [run] = written(report).runs;
  expect(run.tool.driver.rules[0]).toMatchObject({
    id: "privileged-container",
    defaultConfiguration: { level: "error" },
    properties: {
      equivalents: ["kubescape:C-0057", "trivy:KSV-0017"],
      requirements: ["ten-practices/1"],
      "security-severity": "9.5",
    },
  });
  expect(run.results[20]).toMatchObject({
    ruleId: "privileged-container",
    ruleIndex: 0,
    kind: "fail",
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uriBaseId: "%SRCROOT%" },
          region: { startLine: 21, startColumn: 3 },
        },
      },
    ],
    properties: {
      resource: { kind: "Deployment" },
      result: "fail",
      container: expect.any(String),
      path: expect.any(String),
    },
  });
});

test.each([
  ["unknown is open, never a pass", "unknown", { kind: "open", level: "none" }],
  ["an accepted finding is suppressed", "accepted", { kind: "fail", suppressions: [{ kind: "external" }] }],
  ["what does not apply is said so", "skip", { kind: "notApplicable" }],
])("%s", (_, what, expected) => {
  const results: readonly { properties: { result: string }; suppressions?: object }[] =
    written(report).runs[0].results;
  const found = results.find(({ properties, suppressions }) =>
    what === "accepted" ? suppressions !== undefined : properties.result === what,
  );
  expect(found).toMatchObject(expected);
});

test.each([
  ["cluster", "cluster/shop/Pod/web", true],
  ["deploy/a b%:.yaml", "deploy/a%20b%25%3A.yaml", true],
  ["-", "stdin", true],
  ["/abs/x.yaml", "file:///abs/x.yaml", false],
  ["C:\\x\\y.yaml", "file:///C:/x/y.yaml", false],
])("the place of a result in %s", (file, uri, relative) => {
  const base = report.results[0]!;
  const resource = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" };
  const [result] = written({ ...report, results: [{ ...base, resource, source: { file } }] }).runs[0].results;
  expect(result.locations[0].physicalLocation.artifactLocation).toEqual(
    relative ? { uri, uriBaseId: "%SRCROOT%" } : { uri },
  );
});

test("an incomplete scan is no successful execution, and says what is missing", () => {
  const [invocation] = written(report).runs[0].invocations;
  expect(invocation.executionSuccessful).toBe(false);
  expect(invocation.toolExecutionNotifications.map((entry: { level: string }) => entry.level)).toEqual([
    "error",
    "error",
    "note",
  ]);
});
