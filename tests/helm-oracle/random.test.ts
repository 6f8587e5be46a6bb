/** Random templates and values rendered by both: the same bytes, or refused by both. `SEED` and `RUNS` choose others and more. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ask, renderOurs } from "./oracle.ts";
import { scene, written } from "./random.ts";

const values = readFileSync(
  join(import.meta.dirname, "../../packages/cluster/src/helm/fixtures/values.yaml"),
  "utf8",
);
const seed = Number(process.env["SEED"] ?? 1);
const runs = Number(process.env["RUNS"] ?? 3_000);

test.each([
  ["templates", scene],
  ["values", written],
] as const)(`${runs} random %s from seed ${seed}`, async (what, arbitrary) => {
  const scenes = fc.sample(arbitrary, { numRuns: runs, seed });
  const requests = scenes.map(({ template, random }) => ({
    template,
    values: `${values}random: ${random}\n`,
  }));
  const answers = ask(requests);
  const wrong: unknown[] = [];
  let same = 0;
  let refused = 0;
  for (const [index, request] of requests.entries()) {
    const theirs = answers[index];
    const ours = await renderOurs(request);
    if (theirs?.error !== undefined && ours.error !== undefined && ours.unsupported === undefined)
      refused += 1;
    else if (theirs?.error === undefined && ours.error === undefined && ours.text === (theirs?.text ?? ""))
      same += 1;
    else wrong.push({ ...scenes[index], helm: theirs?.error ?? theirs?.text, ours: ours.error ?? ours.text });
  }
  console.log(`${same} random ${what} equal, ${refused} refused by both, ${wrong.length} differ`);
  wrong.sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(same).toBeGreaterThan(runs / 2);
});
