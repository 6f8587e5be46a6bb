import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../model/report.ts";
import { hostile, report } from "./fixtures/report.ts";
import { formats } from "./formats.ts";
import type { Format } from "./shape.ts";

const options = { color: false, width: 100, hyperlinks: false, all: true };
const written = (format: Format, source: Report = report): string =>
  [...format.write(source, options)].join("");
const all = formats.map((format) => [format.id, format] as const);
const find = (id: string): Format => formats.find((format) => format.id === id)!;
const nothing: Report = {
  ...report,
  results: [],
  edits: [],
  gaps: [],
  requirements: [],
  frameworks: [],
  exceptions: [],
  controls: [],
  priorities: { act: [], later: [], blind: [], system: [], actShare: 0 },
};

test("the list is the folder", () => {
  const files = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => readFileSync(join(import.meta.dirname, name), "utf8").includes("= defineFormat({"))
    .map((name) => name.replace(".ts", ""));
  expect(formats.map(({ id }) => id).sort()).toEqual(files.sort());
});

test.each(all)("cases 97, 101: %s obeys nothing that stands in a name", (_, format) => {
  const text = written(format).replaceAll("\r\n", "\n");
  const code = /<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g;
  expect(text.replaceAll(code, "").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(text).not.toMatch(/^\s*::[a-z]|##\[|##vso\[/im);
});

test.each(all)("%s says the same twice, in pieces, and something of nothing", (_, format) => {
  expect(written(format)).toBe(written(format));
  expect([...format.write(report, options)].length).toBeGreaterThan(3);
  expect(written(format, nothing).length).toBeGreaterThan(0);
});

test("gitlab: what the widget asks for, each fingerprint once", () => {
  const issues: readonly { [key: string]: unknown; location: { path: string; lines: { begin: number } } }[] =
    JSON.parse(written(find("gitlab")));
  expect(issues).toHaveLength(25);
  for (const issue of issues) {
    expect(issue).toEqual({
      description: expect.any(String),
      check_name: expect.any(String),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/),
      location: { path: expect.stringMatching(/^[^/]/), lines: { begin: expect.any(Number) } },
    });
  }
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
});

test("case 98: csv: read back by RFC 4180, every cell is there and none is a formula", () => {
  const rows = records(written(find("csv")));
  const [header, ...data] = rows;
  expect(header).toHaveLength(17);
  expect(data).toHaveLength(report.results.length);
  for (const row of data) {
    expect(row).toHaveLength(17);
    for (const value of row) expect(value).not.toMatch(/^[=+\-@\t\r]/);
  }
  const names = new Set(data.map((row) => row[header!.indexOf("name")]));
  for (const name of [
    "'=cmd|' /C calc'!A0",
    "'+1+1",
    "'-1+1",
    "'@SUM(1)",
    "\\t=1",
    'a\\"b{c="d"}\\n# HELP x y',
  ])
    expect(names).toContain(name);
});

function records(text: string): readonly (readonly string[])[] {
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .slice(0, -2)
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
      ),
    );
}

/** The grammar of OpenMetrics 1.0, as far as gauges and infos go. */
test("openmetrics: every line by its grammar, families together, each set of labels once, the end marked", () => {
  const lines = written(find("openmetrics")).split("\n");
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
  const label = String.raw`[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"`;
  const sample = new RegExp(`^([a-z_]+)(\\{${label}(?:,${label})*\\})? -?\\d+(?:\\.\\d+)?(?:e-?\\d+)?$`);
  const [seen, families] = [new Set<string>(), new Set<string>()];
  let family = "";
  for (const line of lines.slice(0, -2)) {
    const type = /^# TYPE ([a-z_]+) (gauge|info)$/.exec(line);
    if (type !== null) {
      family = type[1]!;
      expect(families.has(family)).toBe(false);
      families.add(family);
    } else if (line.startsWith("# ")) expect(line).toMatch(new RegExp(`^# (UNIT|HELP) ${family} `));
    else {
      const match = sample.exec(line);
      expect([family, `${family}_info`]).toContain(match?.[1]);
      expect(seen.has(line.slice(0, line.lastIndexOf(" ")))).toBe(false);
      seen.add(line.slice(0, line.lastIndexOf(" ")));
    }
  }
});

test("markdown: no name marks up, links or mentions", () => {
  const text = written(find("markdown"));
  for (const name of hostile.filter((entry) => /[<|`@[\]]/.test(entry))) expect(text).not.toContain(name);
  expect(text).not.toMatch(/@(?!<!--)[a-z]/i);
  expect(text).not.toMatch(/https?:\/\//);
  expect(text).not.toMatch(/<(?!\/?(?:details|summary|code|sub)>|!-- -->)/);
  for (const line of text.split("\n").filter((entry) => entry.startsWith("| ")))
    expect(line.split("|")).toHaveLength(line.match(/^\| (critical|high|medium|low|severity) /) ? 6 : 5);
});

test("markdown: fits into a comment unless everything is asked for", () => {
  const results = Array.from({ length: 5000 }, (_, index) => ({ ...report.results[2]!, id: String(index) }));
  const pieces = [...find("markdown").write({ ...report, results }, { ...options, all: false })];
  expect(pieces.join("").length).toBeLessThan(65_536);
});
