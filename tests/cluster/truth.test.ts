/**
 * The truth suite on the real cluster: every workload is healthy, its fix is applied, and what is true of the two shows.
 * It is the measure of verdicts, and holds without them.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi } from "./api.ts";
import { pairs } from "./fixes/pairs.ts";
import { end, runAll, type Run } from "./fixes/run.ts";
import { nameOf, type Pair } from "./fixes/shape.ts";

const api = openApi(kubeconfigOf("admin"));
let runs: ReadonlyMap<Pair, Run> = new Map();

beforeAll(async () => {
  const began = performance.now();
  runs = await runAll(api, pairs);
  const lines = pairs.map((pair) => {
    const { before, after } = runs.get(pair)!;
    const told = after.healthy
      ? "goes on"
      : `broke, ${pair.shows}: ${after.told.replace(/\s+/g, " ").slice(0, 150)}`;
    return `${nameOf(pair)}: ${pair.truth}; ${before.healthy ? "" : `SICK BEFORE (${before.told}); `}${told}`;
  });
  console.log(
    [...lines, `${pairs.length} pairs in ${Math.round((performance.now() - began) / 1000)} s`].join("\n"),
  );
}, 600_000);

afterAll(async () => {
  await end(api);
  await api.close();
}, 240_000);

test("there are enough pairs, of many programs and fields, and a third of them breaks", () => {
  expect(new Set(pairs.map(nameOf)).size).toBe(pairs.length);
  expect(pairs.length).toBeGreaterThanOrEqual(40);
  expect(pairs.filter(({ truth }) => truth === "breaks").length * 3).toBeGreaterThanOrEqual(pairs.length);
});

test.each(pairs.map((pair) => [nameOf(pair), pair.truth, pair.because, pair] as const))(
  "%s: %s, for %s",
  (_, truth, __, pair) => {
    const { before, after } = runs.get(pair)!;
    expect(before, "before its fix").toMatchObject({ healthy: true });
    expect({ truth: after.healthy ? "harmless" : "breaks", told: after.told }).toEqual({
      truth,
      told: after.told,
    });
    if (pair.witness !== undefined) expect(after.told).toMatch(pair.witness);
  },
);
