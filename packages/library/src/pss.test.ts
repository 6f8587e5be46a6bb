/** The Pod Security Standards as their own evaluator judges them: every fixture, every version, both levels. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleSnapshot, scan, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "./index.ts";

interface Case {
  readonly level: "baseline" | "restricted";
  readonly expect: "pass" | "fail";
  readonly fixture: string;
  readonly versions: readonly string[];
  readonly failing: readonly { readonly check: string }[];
  readonly object: Resource;
}

const cases = readFileSync(join(import.meta.dirname, "fixtures/pss-cases.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

/**
 * At the restricted level these go by the stricter check that stands for them: before the version that brought it they
 * held there themselves, and where both give the same reason the evaluator's answer does not tell them apart.
 */
const standsFor: { readonly [check: string]: string } = {
  capabilities_baseline: "capabilities_restricted",
  procMount: "procMount_restricted",
  seccompProfile_baseline: "seccompProfile_restricted",
};

function failingChecks(pod: Resource, level: Case["level"], version: string): readonly string[] {
  const named: Resource = { ...pod, metadata: { name: "fixture", namespace: "default", ...pod.metadata } };
  const report = scan(exampleSnapshot([named], version), library, {
    toolVersion: "test",
    frameworks: [`pss-${level}`],
  });
  expect(report.gaps).toEqual([]);
  expect(report.results.filter(({ result }) => result === "unknown")).toEqual([]);
  return report.requirements.filter(({ status }) => status === "failed").map(({ id }) => id);
}

test("there is a fixture for every check", () => {
  expect(cases.length).toBe(366);
  const seen = new Set(cases.flatMap(({ failing }) => failing.map(({ check }) => check)));
  const known = new Set(
    library.frameworks.flatMap((framework) => framework.requirements.map(({ id }) => id)),
  );
  for (const check of seen) expect(known).toContain(check);
});

test.each(cases.map((entry) => [`${entry.level} ${entry.fixture}`, entry] as const))("%s", (_, entry) => {
  const { level, object, versions, failing } = entry;
  const expected = failing.map(({ check }) => (level === "restricted" && standsFor[check]) || check).sort();
  for (const version of versions) {
    const seen = failingChecks(object, level, version);
    expect(seen.toSorted(), `${entry.fixture} ${version}`).toEqual(expected);
    expect(seen.length > 0 ? "fail" : "pass").toBe(entry.expect);
  }
});
