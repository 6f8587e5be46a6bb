import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hostile, report } from "./fixtures/report.ts";
import { htmlFormat } from "./html.ts";

const page = [...htmlFormat.write(report, { color: false, width: 100, hyperlinks: false, all: false })].join(
  "",
);
const data = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page)![1]!;

test("its policy names the hashes of its own style and script, and allows nothing else", () => {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)![1]!;
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)![1]!;
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

test("holds two scripts and one style sheet, whatever is in the findings", () => {
  expect(page.match(/<script/gi)).toHaveLength(2);
  expect(page.match(/<\/script/gi)).toHaveLength(2);
  expect(page.match(/<style/gi)).toHaveLength(1);
  expect(page).not.toMatch(/<(img|iframe|object|embed|link|base)\b/i);
  expect(page).not.toMatch(/\son[a-z]+\s*=\s*["']/i);
  expect(page).not.toMatch(/\sstyle="/i);
});

test("fetches nothing: every address leads into the page", () => {
  const addresses = [...page.matchAll(/\s(?:href|src|action|xlink:href)="([^"]*)"/g)].map(
    (match) => match[1],
  );
  expect(addresses.every((address) => address!.startsWith("#"))).toBe(true);
  expect(page).not.toMatch(/url\(|@import/);
});

test("the data is JSON in which no markup can begin, and nothing is hidden", () => {
  expect(data).not.toMatch(/[<>&]/);
  const parsed = JSON.parse(data);
  expect(parsed.results).toHaveLength(report.results.length);
  expect(JSON.stringify(parsed)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
});

test("opens with what to act on, and reads without its script", () => {
  const at = (id: string): number => page.indexOf(`id="${id}"`);
  expect(at("act")).toBeGreaterThan(0);
  expect(at("act")).toBeLessThan(at("practices"));
  expect(at("practices")).toBeLessThan(at("findings"));
  expect(page.match(/class="card act"/g)).toHaveLength(13);
});

test("has landmarks, one first heading, and a label for every control", () => {
  for (const tag of ["header", "nav", "main", "footer"])
    expect(page.match(new RegExp(`<${tag}\\b`, "g"))).toHaveLength(1);
  expect(page.match(/<h1\b/g)).toHaveLength(1);
  expect(page.match(/<label/g)).toHaveLength(6);
  expect(page).toContain('<html lang="en">');
});

test("no hostile text stands bare", () => {
  for (const text of hostile) if (/[<>]|[\p{Cc}\p{Cf}]/u.test(text)) expect(page).not.toContain(text);
});
