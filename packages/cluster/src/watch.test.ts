/**
 * The watch client against a simulated server: thousands of lives, each from one seed, with its invariants checked at
 * every step. `SEEDS` sets how many lives (default 12 of each class of faults, and as many of several at once);
 * `SEED` replays one, and `FAULT` names its class.
 */
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultClasses } from "../../../tests/simulation/faults.ts";
import { returnOf, type Return } from "../../../tests/simulation/manykinds.ts";
import { runOnce, type Outcome } from "../../../tests/simulation/watchrun.ts";

const { SEEDS: asked = "600", SEED: replayed, FAULT: named, TABLE: table } = process.env;
const each = Math.max(1, Math.floor(Number(asked) / (2 * faultClasses.length)));
const many = Math.max(1, Number(asked) - each * faultClasses.length);
const first = replayed === undefined ? 1 : Number(replayed);
const rows: string[] = [];
/** Milliseconds: thousands of lives in one test, on a machine that may have other work. */
const longest = 600_000;

function complaint({ seed, faults, violations }: Outcome): string {
  return `SEED=${seed} FAULT=${faults.join("+")}: ${violations[0]}`;
}

test.each(faultClasses.filter(({ id }) => named === undefined || id === named))(
  "what was seen is what is there, after $id",
  { timeout: longest },
  async (fault) => {
    const outcomes: Outcome[] = [];
    const count = replayed === undefined ? each : 1;
    for (let seed = first; seed < first + count; seed += 1) outcomes.push(await runOnce(seed, fault));
    const times = outcomes.map(({ converged }) => converged).sort((a, b) => a - b);
    const at = (share: number): string =>
      String(Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))]!));
    rows.push(`| ${fault.id} | ${count} | ${at(0.5)} | ${at(0.99)} | ${at(1)} | ${fault.within} |`);
    expect(outcomes.filter(({ violations }) => violations.length > 0).map(complaint)).toEqual([]);
  },
);

// What was not asked for is no test here: a skipped one would count as failed in CI.
if (named === undefined)
  test("what was seen is what is there, after several faults at once", { timeout: longest }, async () => {
    const wrong: string[] = [];
    const count = replayed === undefined ? many : 1;
    for (let seed = first; seed < first + count; seed += 1) {
      const outcome = await runOnce(seed);
      if (outcome.violations.length > 0) wrong.push(complaint(outcome));
    }
    expect(wrong).toEqual([]);
  });

test.each(["away", "compacted"] as const)(
  "W2: forty kinds are whole within a second of the return of a server that was %s",
  { timeout: longest },
  async (how) => {
    const times: Return[] = [];
    for (let seed = first; seed < first + 20; seed += 1) times.push(await returnOf(seed, how));
    const took = times.map((one) => one.took).sort((a, b) => a - b);
    const rate = Math.max(...times.map((one) => one.rate));
    rows.push(
      `| forty kinds, ${how} | 20 | ${took[10]!.toFixed(0)} | ${took[19]!.toFixed(0)} | ${took[19]!.toFixed(0)} | 1000 |`,
    );
    expect(took.at(-1)).toBeLessThanOrEqual(1_000);
    expect(rate).toBeLessThanOrEqual(12); // it is not run over meanwhile
    expect(Math.max(...times.map((one) => one.mostListsAtOnce))).toBeLessThanOrEqual(5);
  },
);

test("a life is the same when it is lived again", async () => {
  const [one, again] = [await runOnce(4_711), await runOnce(4_711)];
  expect(again).toEqual(one);
});

if (table !== undefined)
  test("the table of how soon all was seen is written", () => {
    const head =
      "| fault | lives | p50 ms | p99 ms | longest ms | allowed ms |\n| --- | --- | --- | --- | --- | --- |";
    writeFileSync(table, `${head}\n${rows.join("\n")}\n`);
    expect(rows).toHaveLength(faultClasses.length + 2);
  });
