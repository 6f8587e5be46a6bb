/** Small templates against what helm itself was recorded to make of them; `tests/helm-oracle` records and holds them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadChart } from "./chart/load.ts";
import { renderChart } from "./chart/render.ts";
import { isDict, dictOf } from "./template/value.ts";
import { tryRead } from "./yaml/read.ts";

const read = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const values = read("values.yaml");

interface Recorded {
  readonly template: string;
  readonly text?: string;
  readonly fails?: true;
}

const recorded = read("expressions.jsonl")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

async function render(template: string): Promise<Recorded> {
  const given = tryRead(values);
  const chart = loadChart([
    { name: "Chart.yaml", bytes: Buffer.from("apiVersion: v2\nname: t\nversion: 1.0.0\n") },
    { name: "templates/t", bytes: Buffer.from(template) },
  ]);
  try {
    const own = "value" in given && isDict(given.value) ? given.value : dictOf();
    const { files } = await renderChart(chart, { release: "r", values: own, now: 0n });
    const [file] = files;
    return file === undefined ? { template, fails: true } : { template, text: file.text.toWellFormed() };
  } catch (error) {
    if ((error as Error).name !== "RenderError") throw error;
    return { template, fails: true };
  }
}

test("many are recorded, of which most do not fail", () => {
  expect(recorded.length).toBeGreaterThan(500);
  expect(recorded.filter(({ fails }) => fails === true).length).toBeLessThan(recorded.length / 4);
});

test.each(recorded.map((row, index) => [index, row] as const))("template %i", async (_, row) => {
  expect(await render(row.template)).toEqual(row);
});
