import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFiles } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a stream of 150 MB is read in pieces, and lines are counted through", async () => {
  const filler = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: filler}\ndata:\n  a: ${"x".repeat(1_000_000)}\n`;
  const parts = Array.from({ length: 150 }, () => filler);
  parts.push("apiVersion: v1\nkind: Namespace\nmetadata: {name: last}\n");
  writeFileSync(join(folder, "long.yaml"), parts.join("---\n"));
  const snapshot = await readFiles(["long.yaml"], { cwd: folder, takenAt: "2026-01-01T00:00:00Z" });
  expect(snapshot.gaps).toEqual([]);
  expect(snapshot.resources).toHaveLength(151);
  expect(snapshot.resources[150]?.source.line).toBe(150 * 6 + 1);
});

test("one without a separator is refused, and does not fill the memory", async () => {
  writeFileSync(join(folder, "one.yaml"), Buffer.alloc(140 * 1024 * 1024, "a"));
  const snapshot = await readFiles(["one.yaml"], { cwd: folder, takenAt: "2026-01-01T00:00:00Z" });
  expect(snapshot.gaps).toMatchObject([{ message: "more than 64 MiB without a document separator (---)" }]);
});
