import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Report } from "../model/report.ts";
import { hostile, report } from "./fixtures/report.ts";
import type { FormatOptions } from "./shape.ts";
import { table } from "./table.ts";
import { widthOf } from "./width.ts";

const plain: FormatOptions = { color: false, width: 100, hyperlinks: false, all: false };

function written(source: Report, options: Partial<FormatOptions> = {}): string {
  return [...table.write(source, { ...plain, ...options })].join("");
}

test("opens with the practices, the biggest gap first, blind ones marked", () => {
  const lines = written(report).split("\n");
  const at = lines.findIndex((line) => line.startsWith("TEN PRACTICES"));
  const marks = lines.slice(at + 1, at + 7).map((line) => line.trim().slice(0, 1));
  expect(marks).toEqual(["✗", "✗", "?", "○", "✓", "·"]);
  expect(lines[at + 1]).toContain("23 findings");
  expect(lines[at + 2]).toContain("blind at 2");
});

test("sections stand in their order", () => {
  const titles = written(report).match(/^[A-Z]{3,}( [A-Z]+)?(?= {2})/gm);
  expect(titles).toEqual([
    "TEN PRACTICES",
    "ACT",
    "TOP PATHS",
    "LATER",
    "BLIND",
    "SYSTEM",
    "EXCEPTIONS",
    "FRAMEWORKS",
    "NAMESPACES",
  ]);
});

test("shows ten edits, says how many more, and all with `all`", () => {
  expect(written(report).match(/^ \d+ +\S/gm)).toHaveLength(10);
  expect(written(report)).toContain("… and 3 more edits: --all shows them");
  expect(written(report, { all: true }).match(/^ \d+ +\S/gm)).toHaveLength(13);
});

test("each edit says what, where, why and how", () => {
  const text = written(report);
  expect(text).toContain("deploy/");
  expect(text).toContain("why  Takes away the power over a node");
  expect(text).toContain("how  in spec.template.spec.containers[app].securityContext: set privileged to");
  expect(text).toContain('append "ALL" to capabilities.drop');
});

test("more than a fifth in Act is said", () => {
  expect(written(report)).toContain("more than a fifth of all findings");
});

test("`all` lists findings by resource with what accepts them", () => {
  const text = written(report, { all: true });
  expect(text).toContain("FINDINGS  26 results in 26 resources");
  expect(text).toMatch(/unknown +secrets-in-env 2:1/);
  expect(text).toContain("accepted by ann: wanted");
});

test.each([40, 60, 80, 100, 140])("at %i columns no line is wider that could be narrower", (width) => {
  for (const line of written(report, { width, all: true }).split("\n")) {
    const words = line.trim().split(" ").map(widthOf);
    if (widthOf(line) > width) expect(Math.max(...words)).toBeGreaterThan(width - 24);
  }
});

test("nothing in a name is obeyed", () => {
  const text = written(report, { all: true });
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(text).not.toMatch(/^\s*::[a-z]|##\[|##vso\[/im);
});

test("colours and links add nothing but themselves", () => {
  const options = { color: true, hyperlinks: true, base: "file:///home/me/shop/" };
  const text = written(report, options);
  expect(text).toContain("\u001b[1m");
  expect(text).toContain("\u001b]8;;file:///home/me/shop/deploy/");
  expect(stripVTControlCharacters(text)).toBe(written(report));
  for (const name of hostile) if (name.startsWith("\u001b")) expect(text).not.toContain(name);
});

test("nothing found is said as what was seen", () => {
  const none = { act: [], later: [], blind: [], system: [], actShare: 0 };
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0 };
  const coverage = { ...report.coverage, bySeverity, complete: true };
  const text = written({ ...report, results: [], edits: [], priorities: none, coverage });
  expect(text).toContain("No findings");
  expect(text).not.toContain("BLIND");
});
