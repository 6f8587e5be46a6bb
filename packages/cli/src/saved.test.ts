import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder, type Outcome } from "./fixtures/process.ts";
import { reportIn } from "./saved.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: app, image: "registry.example.com/app:1.0", securityContext: { privileged: true } }] }
`;
let whole: { readonly [key: string]: unknown };

beforeAll(async () => {
  folder.write({ "web.yaml": pod });
  await folder.run("scan", "web.yaml", "--format", "json", "--output", "base.json");
  whole = JSON.parse(readFileSync(join(folder.path, "base.json"), "utf8"));
});

const mistaken = (message: string): Partial<Outcome> => ({
  code: 2,
  out: "",
  err: `plimsoll: ${message}\n  write one with plimsoll scan --format json --output FILE\n`,
});

test("a damaged report is the user's mistake, told in one line: as a baseline and as a side of diff", async () => {
  folder.write({ "bad.json": JSON.stringify({ ...whole, results: [null] }) });
  const told = mistaken("bad.json is no report of ours: results.0 is missing or damaged");
  expect(await folder.run("scan", "web.yaml", "--baseline", "bad.json")).toEqual(told);
  expect(await folder.run("diff", "base.json", "bad.json")).toEqual(told);
  folder.write({ "bad.json": JSON.stringify({ schemaVersion: "1", results: [] }) });
  const lacking = mistaken("bad.json is no report of ours: takenAt is missing or damaged");
  expect(await folder.run("diff", "bad.json", "base.json")).toEqual(lacking);
});

test.each([
  ["server", undefined],
  ["server.name", {}],
  ["results", {}],
  ["results.0.result", [{ id: "a", control: "a", result: "failed" }]],
  ["frameworks.0", ["cis"]],
  ["gaps.0.message", [{ source: "a", message: 1 }]],
  ["paths.top", { pairs: 3 }],
])("%s is looked at", async (place, value) => {
  folder.write({ "odd.json": JSON.stringify({ ...whole, [place.split(".")[0]!]: value }) });
  await expect(reportIn("odd.json", folder.path)).rejects.toThrow(
    `odd.json is no report of ours: ${place} is missing or damaged`,
  );
});

test("a report is read as a manifest is: with a byte order mark, and in UTF-16", async () => {
  const text = JSON.stringify(whole);
  for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, "utf16le")]) {
    writeFileSync(join(folder.path, "marked.json"), bytes);
    const { out, err } = await folder.run("diff", "marked.json", "base.json");
    expect(out, err).toContain("NEW  none");
    const since = await folder.run("scan", "web.yaml", "--baseline", "marked.json", "--fail-on", "low");
    expect([since.code, since.err]).toEqual([0, ""]);
  }
});

test("a device is no report and no settings; a pipe is read", async () => {
  const told = mistaken("cannot read /dev/zero: it is no file");
  expect(await folder.run("scan", "web.yaml", "--baseline", "/dev/zero")).toEqual(told);
  const settings = await folder.run("scan", "web.yaml", "--config", "/dev/zero");
  expect([settings.code, settings.err]).toEqual([2, "plimsoll: cannot read /dev/zero: it is no file\n"]);
  execFileSync("mkfifo", [join(folder.path, "pipe")]);
  const reader = folder.run("scan", "web.yaml", "--baseline", "pipe", "--fail-on", "low");
  writeFileSync(join(folder.path, "pipe"), JSON.stringify(whole));
  expect((await reader).code).toBe(0);
});
