import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { unifiedDiff } from "./diff.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-diff-"));
afterAll(() => rmSync(folder, { recursive: true }));

const many = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);

test.each<readonly [string, string, string]>([
  ["a line that changes", "a\nb\nc\n", "a\nx\nc\n"],
  [
    "lines that come and go far apart",
    many.join(""),
    many.toSpliced(35, 1).toSpliced(3, 0, "new\n").join(""),
  ],
  ["changes close together", many.join(""), many.with(5, "x\n").with(11, "y\n").with(18, "z\n").join("")],
  ["CRLF", "a\r\nb\r\n", "a\r\nc\r\nb\r\n"],
  ["a last line without a break", "a\nb", "a\nb\nc"],
  ["at the beginning", "a\n", "z\na\n"],
])("git applies it: %s", (_, before, after) => {
  writeFileSync(join(folder, "file"), before);
  writeFileSync(join(folder, "patch"), unifiedDiff(before, after, "file"));
  execFileSync("git", ["apply", "--whitespace=nowarn", "patch"], { cwd: folder, stdio: "pipe" });
  expect(readFileSync(join(folder, "file"), "utf8")).toBe(after);
});

test("the same text has no diff", () => expect(unifiedDiff("a\n", "a\n", "f")).toBe(""));
