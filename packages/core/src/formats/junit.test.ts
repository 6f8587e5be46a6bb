import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { report } from "./fixtures/report.ts";
import { parseXml, violations, type Element } from "./fixtures/xml.ts";
import { junit } from "./junit.ts";

const options = { color: false, width: 100, hyperlinks: false, all: false };
const schema = parseXml(readFileSync(join(import.meta.dirname, "fixtures/junit.xsd"), "utf8"));
const root = parseXml([...junit.write(report, options)].join(""));

test("case 99: is well-formed and valid against the published schema on hostile names", () => {
  expect(violations(root, schema)).toEqual([]);
});

test("the schema's reader finds what is wrong", () => {
  const bad = parseXml('<testsuites><testsuite name="a"><testcase/><x/></testsuite></testsuites>');
  expect(violations(bad, schema)).toEqual([
    "testsuite lacks tests",
    "testsuite has x out of order",
    "testcase lacks name",
    "no element x",
  ]);
  expect(() => parseXml("<a>]]></a>")).toThrow("]]>");
  expect(() => parseXml("<a>&x;</a>")).toThrow("unknown reference");
});

test("counts are those of the cases", () => {
  const cases = root.children.flatMap(({ children }) => children);
  const having = (tag: string): number => cases.filter(({ children }) => children[0]?.name === tag).length;
  expect(root.attributes).toEqual({
    name: "Plimsoll",
    tests: String(cases.length),
    failures: String(having("failure")),
    errors: String(having("error")),
  });
  for (const suite of root.children) expect(suite.attributes["tests"]).toBe(String(suite.children.length));
});

test.each([
  ["a finding fails with its severity", "privileged-container", "failure"],
  ["an accepted finding is skipped", "secrets-in-env", "skipped"],
  ["what is unknown is an error", "secrets-in-env", "error"],
  ["a gap is an error", "coverage", "error"],
])("%s", (_, suite, tag) => {
  const found = root.children.find(({ attributes }) => attributes["name"] === suite) as Element;
  expect(found.children.some(({ children }) => children[0]?.name === tag)).toBe(true);
});
